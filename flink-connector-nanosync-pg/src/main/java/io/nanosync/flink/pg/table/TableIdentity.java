package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;

/** The captured table and the database it is in. */
record TableIdentity(String database, QualifiedName name) implements Serializable {}
