package io.nanosync.flink.pg.relation;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type as {@code pg_type} describes it, with the types it is made of, so that values can be
 * decoded without asking the catalog again.
 *
 * @param oid {@code pg_type.oid}, unsigned 32 bits
 * @param name the type's name with its schema unless that is {@code pg_catalog}, for example {@code
 *     int4}, {@code public.mood}
 * @param kind what kind of type it is
 * @param element element type of an array, base type of a domain, subtype of a range, range type of
 *     a multirange; else null
 * @param delimiter what separates the elements of an array of this type in text ({@code typdelim}):
 *     a comma, a semicolon for box
 * @param attributes fields of a composite type in order, else empty; dropped attributes are left
 *     out
 * @param hasBinaryOutput whether the type and all types it is made of have a send function ({@code
 *     typsend}); without one COPY binary fails and the column must be cast to text
 * @param baseTypmod for a domain the typmod of its base type ({@code typtypmod}), for example that
 *     of {@code numeric(12,2)}; -1 when there is none and for every other kind
 */
public record PgType(
        int oid,
        String name,
        Kind kind,
        @Nullable PgType element,
        char delimiter,
        List<Attribute> attributes,
        boolean hasBinaryOutput,
        int baseTypmod)
        implements Serializable {

    /** A type without a base typmod: any but a domain over a type with a modifier. */
    public PgType(
            int oid,
            String name,
            Kind kind,
            @Nullable PgType element,
            char delimiter,
            List<Attribute> attributes,
            boolean hasBinaryOutput) {
        this(oid, name, kind, element, delimiter, attributes, hasBinaryOutput, -1);
    }

    /** One field of a composite type. */
    public record Attribute(String name, PgType type, int typmod) implements Serializable {}

    /** {@code typtype}, with arrays told apart from the other base types. */
    public enum Kind {
        BASE,
        ARRAY,
        ENUM,
        DOMAIN,
        COMPOSITE,
        RANGE,
        MULTIRANGE,
        PSEUDO
    }

    /**
     * The name without its schema: types of extensions are in whatever schema they were created.
     */
    public String nameWithoutSchema() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /**
     * Whether it is one of the catalog's vectors: {@code pg_type} has an element type for these,
     * but they don't print as arrays.
     */
    public boolean isVector() {
        return name.equals("int2vector") || name.equals("oidvector");
    }

    /** A base type that is in every server. */
    public static PgType base(int oid, String name) {
        return new PgType(oid, name, Kind.BASE, null, ',', List.of(), true);
    }
}
