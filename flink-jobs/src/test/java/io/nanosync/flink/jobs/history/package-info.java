/**
 * The adversary: a seeded load on a real server, a nemesis that breaks whatever a pipeline stands
 * on, and the proof from the server's own record that every committed change arrived exactly once.
 */
@NullMarked
package io.nanosync.flink.jobs.history;

import org.jspecify.annotations.NullMarked;
