package io.nanosync.flink.jobs.local;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelFutureListener;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.FullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpMethod;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.QueryStringDecoder;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;

/**
 * Refuses all requests to Flink's REST interface but those that look, in a cluster whose settings
 * ask for it: every user of the machine can reach it, and Flink has no password for it. Flink finds
 * this class by its service file.
 */
public final class LookOnly implements InboundChannelHandlerFactory {

    private static final ConfigOption<Boolean> ASKED =
            ConfigOptions.key("nanosync.rest.look-only").booleanType().defaultValue(false);

    private static final Set<HttpMethod> LOOKS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    static void enable(Configuration settings) {
        settings.set(ASKED, true);
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Optional<ChannelHandler> createHandler(
            Configuration settings, Map<String, String> responseHeaders) {
        return settings.get(ASKED) ? Optional.of(new Refusal()) : Optional.empty();
    }

    private static final class Refusal extends ChannelInboundHandlerAdapter {

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // Who is gone gets no answer.
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request && !looks(request)) {
                ReferenceCountUtil.release(message);
                context.writeAndFlush(answer()).addListener(ChannelFutureListener.CLOSE);
            } else {
                context.fireChannelRead(message);
            }
        }

        /** Flink cancels a job by GET, too, since old proxies of YARN let nothing else through. */
        private static boolean looks(HttpRequest request) {
            String path = new QueryStringDecoder(request.uri()).path();
            return LOOKS.contains(request.method()) && !path.contains("yarn-");
        }

        private static FullHttpResponse answer() {
            String body =
                    "{\"errors\":[\"A local run can be looked at only. To stop it, with a last"
                            + " checkpoint: kill "
                            + ProcessHandle.current().pid()
                            + "\"]}";
            FullHttpResponse answer =
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.METHOD_NOT_ALLOWED,
                            Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=UTF-8");
            answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes());
            return answer;
        }
    }
}
