package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.split.RowRange;
import io.nanosync.flink.pg.source.split.Tid;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RowOrderTest {

    private static final QualifiedName TABLE = new QualifiedName("public", "t");

    private static RowOrder of(RowRange rows) {
        return RowOrder.of(rows, TABLE);
    }

    @Test
    void rangesOfBlocksGoOnBehindTheLastRow() {
        RowOrder order = of(new RowRange.Blocks(3, 9L, null));
        assertThat(order.rows()).isEqualTo(new RowRange.Blocks(3, 9L, null));
        order.read(3, 1);
        order.read(3, 5);
        order.read(0xFFFF_FFFEL, 1);
        assertThat(order.rows()).isEqualTo(new RowRange.Blocks(3, 9L, new Tid(0xFFFF_FFFEL, 1)));
    }

    @Test
    void rowsOfRangesOfBlocksRise() {
        RowOrder order = of(new RowRange.Blocks(0, null, new Tid(3, 5)));
        assertThatThrownBy(() -> order.read(3, 5))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Reading public.t: row (3,5) came behind row (3,5); the server didn't read"
                                + " the table in the order of its pages");
        assertThatThrownBy(() -> order.read(2, 9)).isInstanceOf(IllegalStateException.class);
        order.read(3, 6);
    }

    @Test
    void rangesOfValuesGoOnWithTheRestOfTheBlock() {
        RowOrder order = of(new RowRange.Values("c", null));
        assertThat(order.rows()).isEqualTo(new RowRange.Values("c", null));
        order.read(3, 7);
        order.read(4, 9);
        order.read(4, 2);
        RowRange.ReadRows read = new RowRange.ReadRows(4, List.of(2, 9));
        assertThat(order.rows()).isEqualTo(new RowRange.Values("c", read));

        RowOrder restored = of(order.rows());
        restored.read(4, 5);
        assertThat(restored.rows())
                .isEqualTo(new RowRange.Values("c", new RowRange.ReadRows(4, List.of(2, 5, 9))));
        restored.read(5, 1);
        assertThat(restored.rows())
                .isEqualTo(new RowRange.Values("c", new RowRange.ReadRows(5, List.of(1))));
    }

    @Test
    void noRowOfARangeOfValuesComesTwice() {
        RowOrder order =
                of(new RowRange.Values("c", new RowRange.ReadRows(4, List.of(2, Tid.MAX_OFFSET))));
        assertThatThrownBy(() -> order.read(4, Tid.MAX_OFFSET))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("row (4,65535) came behind a row of block 4");
        assertThatThrownBy(() -> order.read(3, 1)).isInstanceOf(IllegalStateException.class);
        order.read(4, 1);
    }
}
