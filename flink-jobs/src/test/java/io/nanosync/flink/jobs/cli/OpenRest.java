package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.local.LookOnly;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;

/** Takes {@link LookOnly} away, in a process of a test that has to ask Flink for a checkpoint. */
public final class OpenRest implements InboundChannelHandlerFactory {

    static final String JVM_OPTION = "-Dnanosync.test.rest=open";

    /** In front of what it takes away. */
    @Override
    public int priority() {
        return new LookOnly().priority() + 1;
    }

    @Override
    public Optional<ChannelHandler> createHandler(
            Configuration settings, Map<String, String> responseHeaders) {
        return "open".equals(System.getProperty("nanosync.test.rest"))
                ? Optional.of(new Opener())
                : Optional.empty();
    }

    private static final class Opener extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            List<ChannelHandler> handlers = new ArrayList<>();
            context.pipeline().forEach(entry -> handlers.add(entry.getValue()));
            for (ChannelHandler handler : handlers) {
                if (LookOnly.class.equals(handler.getClass().getEnclosingClass())) {
                    context.pipeline().remove(handler);
                }
            }
            context.fireChannelRead(message);
        }
    }
}
