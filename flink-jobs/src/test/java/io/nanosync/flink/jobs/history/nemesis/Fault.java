package io.nanosync.flink.jobs.history.nemesis;

import java.util.Random;

/** Faults of processes and connections: whatever they do, the pipeline goes on. */
public enum Fault implements Action {
    LOSE_TASK_MANAGER {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            target.job().loseTaskManager(draws.nextInt(1_000));
            return Ending.NONE;
        }
    },
    LOSE_JOB_MASTER {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            target.job().loseJobMaster();
            return Ending.NONE;
        }
    },
    FAIL_OPERATOR {
        @Override
        public Ending begin(Target target, Random draws) {
            target.job().faults().failAt(1 + draws.nextInt(20));
            return Ending.NONE;
        }
    },
    DECLINE_CHECKPOINTS {
        @Override
        public Ending begin(Target target, Random draws) {
            target.job().faults().declineCheckpoints(true);
            return () -> target.job().faults().declineCheckpoints(false);
        }
    },
    HOLD_SINK {
        @Override
        public Ending begin(Target target, Random draws) {
            target.job().faults().hold(true);
            return () -> target.job().faults().hold(false);
        }
    },
    END_WALSENDER {
        @Override
        public Ending begin(Target target, Random draws) {
            Sessions.end(target, Sessions.WALSENDER);
            return Ending.NONE;
        }
    },
    END_CONTROL {
        @Override
        public Ending begin(Target target, Random draws) {
            Sessions.end(target, Sessions.CONTROL);
            return Ending.NONE;
        }
    },
    END_KEEPER {
        @Override
        public Ending begin(Target target, Random draws) {
            Sessions.end(target, Sessions.KEEPER);
            return Ending.NONE;
        }
    },
    END_COPY {
        @Override
        public Ending begin(Target target, Random draws) {
            Sessions.end(target, Sessions.COPY);
            return Ending.NONE;
        }
    },
    RESTART_SERVER {
        @Override
        public Ending begin(Target target, Random draws) {
            target.onlyServer().restart();
            return Ending.NONE;
        }
    },
    CRASH_SERVER {
        @Override
        public Ending begin(Target target, Random draws) {
            target.onlyServer().killImmediately();
            target.onlyServer().startAgain();
            return Ending.NONE;
        }
    },
    BLACK_HOLE {
        @Override
        public Ending begin(Target target, Random draws) {
            target.proxy().swallowEverything(true);
            return () -> {
                target.proxy().swallowEverything(false);
                target.proxy().cutConnectionsOfNow();
            };
        }
    },
    STOP_AND_RESCALE {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            return Restart.withSavepoint(target, draws);
        }
    },
    CANCEL_AND_START {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            return Restart.fromCheckpoint(target, draws);
        }
    };

    @Override
    public Consequence consequence() {
        return new Consequence.GoesOn();
    }
}
