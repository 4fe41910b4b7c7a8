package io.nanosync.flink.pg.typeinfo;

import org.apache.flink.api.common.typeutils.TypeInformationTestBase;

/** Flink's own tests of type information. */
class ChangeBatchTypeInfoTest extends TypeInformationTestBase<ChangeBatchTypeInfo> {

    @Override
    protected ChangeBatchTypeInfo[] getTestData() {
        return new ChangeBatchTypeInfo[] {ChangeBatchTypeInfo.INSTANCE};
    }
}
