package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.Replicas;
import java.util.Objects;
import java.util.Random;

/** The primary is lost, and its standby promoted. */
public enum Promotion implements Action {
    FAIL_OVER(true),
    SWITCH_OVER(false);

    private final boolean crashes;

    Promotion(boolean crashes) {
        this.crashes = crashes;
    }

    @Override
    public Consequence consequence() {
        return new Consequence.GoesOn();
    }

    @Override
    public Ending begin(Target target, Random draws) {
        Replicas replicas = Objects.requireNonNull(target.replicas(), "There is no standby");
        replicas.promote(crashes, target.pipeline().slot(), target.proxy(), target.journal());
        return Ending.NONE;
    }
}
