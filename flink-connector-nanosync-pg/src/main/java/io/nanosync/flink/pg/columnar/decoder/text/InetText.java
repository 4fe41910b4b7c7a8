package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * {@code inet} and {@code cidr}: family (2 or 3), bits of the mask, whether it is a cidr, bytes of
 * the address, address. The mask is shown where it isn't whole, and always for cidr.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/network.c}, {@code src/port/inet_net_ntop.c}.
 */
final class InetText extends TextForm {

    private static final int IPV4 = 2;
    private static final int IPV6 = 3;

    private final String type;
    private final boolean cidr;
    private final BinaryCursor cursor;

    InetText(String type) {
        this.type = type;
        this.cidr = type.equals("cidr");
        this.cursor = new BinaryCursor(type);
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int family = cursor.uint1();
        int maskBits = cursor.uint1();
        cursor.take(1);
        int addressBytes = cursor.uint1();
        int address = cursor.take(addressBytes);
        cursor.expectEnd();
        if ((family != IPV4 || addressBytes != 4) && (family != IPV6 || addressBytes != 16)) {
            throw Malformed.binary(type, "an IPv4 or IPv6 address", "another");
        }
        if (family == IPV4) {
            ipv4(buffer, address, out);
        } else {
            ipv6(buffer, address, out);
        }
        if (cidr || maskBits != addressBytes * 8) {
            out.put('/');
            out.number(maskBits);
        }
    }

    private static void ipv4(ByteBuffer buffer, int address, TextBuffer out) {
        for (int i = 0; i < 4; i++) {
            if (i > 0) {
                out.put('.');
            }
            out.number(buffer.get(address + i) & 0xff);
        }
    }

    private static void ipv6(ByteBuffer buffer, int address, TextBuffer out) {
        int zerosAt = 8;
        int zeros = 1;
        for (int start = 0; start < 8; start++) {
            int run = zerosFrom(buffer, address, start);
            if (run > zeros) {
                zerosAt = start;
                zeros = run;
            }
        }
        for (int i = 0; i < 8; i++) {
            if (i >= zerosAt && i < zerosAt + zeros) {
                if (i == zerosAt) {
                    out.put(':');
                }
                continue;
            }
            if (i > 0) {
                out.put(':');
            }
            if (i == 6 && zerosAt == 0 && embedsIpv4(buffer, address, zeros)) {
                ipv4(buffer, address + 12, out);
                return;
            }
            hex(word(buffer, address, i), out);
        }
        if (zerosAt + zeros == 8) {
            out.put(':');
        }
    }

    private static boolean embedsIpv4(ByteBuffer buffer, int address, int zeros) {
        return zeros == 6
                || (zeros == 7 && word(buffer, address, 7) != 1)
                || (zeros == 5 && word(buffer, address, 5) == 0xffff);
    }

    private static int zerosFrom(ByteBuffer buffer, int address, int start) {
        int index = start;
        while (index < 8 && word(buffer, address, index) == 0) {
            index++;
        }
        return index - start;
    }

    private static int word(ByteBuffer buffer, int address, int index) {
        return buffer.getShort(address + index * 2) & 0xffff;
    }

    private static void hex(int word, TextBuffer out) {
        int shift = (31 - Integer.numberOfLeadingZeros(word | 1)) & ~3;
        for (; shift >= 0; shift -= 4) {
            out.put("0123456789abcdef".charAt(word >> shift & 15));
        }
    }
}
