package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * {@code tsquery}: a count of items in prefix order, the right operand before the left. A value (1)
 * has weights, a prefix flag and a zero-ended string; an operator (2) its kind and, for a phrase,
 * the distance. Text: infix with as few parentheses as PostgreSQL prints.
 *
 * <p>The items are put together from the last to the first, so that no depth of nesting matters.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/tsquery.c}, {@code tsquerysend}, {@code
 * infix}.
 */
final class TsQueryText extends TextForm {

    private static final int VALUE = 1;
    private static final int OPERATOR = 2;
    private static final int NOT = 1;
    private static final int AND = 2;
    private static final int OR = 3;
    private static final int PHRASE = 4;

    /** How tightly an operator binds, by its kind; values bind tightest. */
    private static final int[] PRIORITIES = {5, 4, 2, 1, 3};

    /** A query put together: its text and the operator outermost in it, 0 for a value. */
    private record Part(StringBuilder text, int operator) {}

    /** An item as read: operator 0 with a text, or an operator. */
    private record Item(String text, int operator, int distance) {}

    private final BinaryCursor cursor = new BinaryCursor("tsquery");
    private final TextBuffer scratch = new TextBuffer();

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int count = cursor.count(2);
        List<Item> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(item(buffer));
        }
        cursor.expectEnd();
        Deque<Part> parts = new ArrayDeque<>();
        for (int i = count - 1; i >= 0; i--) {
            parts.push(part(items.get(i), parts));
        }
        if (parts.size() != Math.min(count, 1)) {
            throw Malformed.binary("tsquery", "operators with their operands", "other items");
        }
        if (count > 0) {
            // Strings here hold bytes, one a character.
            byte[] text = parts.pop().text().toString().getBytes(StandardCharsets.ISO_8859_1);
            out.copy(ByteBuffer.wrap(text), 0, text.length);
        }
    }

    private Item item(ByteBuffer buffer) {
        int type = cursor.uint1();
        if (type == VALUE) {
            int weights = cursor.uint1();
            boolean prefix = cursor.uint1() != 0;
            int start = cursor.position();
            scratch.clear();
            TsVectorText.lexeme(buffer, start, cursor.cstring(), scratch);
            flags(weights, prefix);
            return new Item(scratch.latin1(), 0, 0);
        }
        int operator = type == OPERATOR ? cursor.uint1() : 0;
        if (operator < NOT || operator > PHRASE) {
            throw Malformed.binary("tsquery", "a value or an operator", "another item");
        }
        return new Item("", operator, operator == PHRASE ? cursor.uint2() : 0);
    }

    private void flags(int weights, boolean prefix) {
        if (weights != 0 || prefix) {
            scratch.put(':');
        }
        if (prefix) {
            scratch.put('*');
        }
        for (int i = 3; i >= 0; i--) {
            if ((weights >> i & 1) == 1) {
                scratch.put("DCBA".charAt(i));
            }
        }
    }

    private static Part part(Item item, Deque<Part> parts) {
        int operator = item.operator();
        if (operator == 0) {
            return new Part(new StringBuilder(item.text()), 0);
        }
        if (parts.size() < (operator == NOT ? 1 : 2)) {
            throw Malformed.binary("tsquery", "operators with their operands", "too few");
        }
        if (operator == NOT) {
            Part operand = parts.pop();
            return new Part(wrapped(operand, operator, false).insert(0, '!'), NOT);
        }
        // Read backwards, the left operand was complete first.
        Part right = parts.pop();
        Part left = parts.pop();
        StringBuilder text = wrapped(left, operator, false);
        switch (operator) {
            case AND -> text.append(" & ");
            case OR -> text.append(" | ");
            default -> {
                int distance = item.distance();
                text.append(" <").append(distance == 1 ? "-" : distance).append("> ");
            }
        }
        return new Part(text.append(wrapped(right, operator, operator == PHRASE)), operator);
    }

    /** With parentheses where the operand binds less, or is a phrase to the right of a phrase. */
    private static StringBuilder wrapped(Part operand, int operator, boolean rightOfPhrase) {
        boolean needed =
                PRIORITIES[operand.operator()] < PRIORITIES[operator]
                        || (rightOfPhrase && operand.operator() == PHRASE);
        return needed ? operand.text().insert(0, "( ").append(" )") : operand.text();
    }
}
