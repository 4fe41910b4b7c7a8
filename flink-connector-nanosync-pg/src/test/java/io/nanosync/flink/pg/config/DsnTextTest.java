package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DsnTextTest {

    private static final String WHOLE =
            "postgresql://clerk:p%40ss:word@[::1]:5433,b/shop?sslmode=require&sslpassword=key%26"
                    + "&connect_timeout=5";

    @Test
    void leavesOutItsPasswordsAlone() {
        assertThat(DsnText.of(WHOLE))
                .hasToString(
                        "postgresql://clerk@[::1]:5433,b/shop?sslmode=require&connect_timeout=5");
        assertThat(DsnText.of("postgres://clerk@a/shop")).hasToString("postgres://clerk@a/shop");
        assertThat(DsnText.of("postgres://clerk:x@a/shop?sslpassword=y"))
                .hasToString("postgres://clerk@a/shop");
    }

    @Test
    void keepsTheNameOfAVariable() {
        for (String password : List.of("${env:PG_PASSWORD}", "%24%7Benv:PG_PASSWORD%7D")) {
            String dsn = "postgres://clerk:" + password + "@a/shop";
            assertThat(DsnText.of(dsn)).hasToString(dsn);
        }
        assertThat(DsnText.of("postgres://clerk:x${env:PG_PASSWORD}@a/shop"))
                .hasToString("postgres://clerk@a/shop");
    }

    @Test
    void namesAnotherDatabase() {
        assertThat(DsnText.of(" " + WHOLE + " ").to("a/b ?").reveal())
                .isEqualTo(WHOLE.replace("/shop", "/a%2Fb%20%3F"));
    }

    @Test
    void staysWhatItIs() {
        for (String dsn :
                List.of(
                        WHOLE,
                        "postgres://a:@b/c",
                        "postgres://a:p%2Fq%3F@b:1/c?options=-c%20geqo%3Doff")) {
            assertThat(DsnText.of(dsn).reveal()).isEqualTo(dsn);
            ConnectionConfig whole = Dsn.parse(dsn).value();
            assertThat(whole).isNotNull();
            assertThat(Dsn.parse(DsnText.of(dsn).to("other").reveal()).value())
                    .isEqualTo(whole.to("other"));
        }
    }
}
