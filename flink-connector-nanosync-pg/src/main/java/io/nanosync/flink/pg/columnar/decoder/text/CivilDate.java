package io.nanosync.flink.pg.columnar.decoder.text;

/**
 * The proleptic Gregorian calendar in plain arithmetic, without objects. Year 0 is 1 BC.
 *
 * <p>Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
public final class CivilDate {

    /** Days from 1970-01-01 to 2000-01-01, where PostgreSQL counts from. */
    public static final int POSTGRES_EPOCH_DAYS = 10_957;

    private static final int DAYS_PER_ERA = 146_097;
    private static final int DAYS_TO_MARCH_OF_YEAR_0 = 719_468;

    private CivilDate() {}

    /** Days since 1970-01-01 of a date that {@link #isValid}. */
    public static long epochDays(long year, int month, int day) {
        long shifted = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(shifted, 400L);
        long yearOfEra = shifted - era * 400;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_MARCH_OF_YEAR_0;
    }

    /** Whether there is such a day. */
    public static boolean isValid(long year, int month, int day) {
        return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
    }

    private static int daysOf(long year, int month) {
        if (month == 2) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /**
     * The date of a day counted from 1970-01-01, packed: year above the low 9 bits, then 4 bits of
     * month and 5 bits of day. Unpack with {@link #year}, {@link #month} and {@link #day}.
     */
    static long packed(long epochDays) {
        long days = epochDays + DAYS_TO_MARCH_OF_YEAR_0;
        long era = Math.floorDiv(days, (long) DAYS_PER_ERA);
        long dayOfEra = days - era * DAYS_PER_ERA;
        long yearOfEra =
                (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shiftedMonth = (5 * dayOfYear + 2) / 153;
        long day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
        long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        return year << 9 | month << 5 | day;
    }

    static long year(long packed) {
        return packed >> 9;
    }

    static int month(long packed) {
        return (int) (packed >> 5) & 15;
    }

    static int day(long packed) {
        return (int) packed & 31;
    }
}
