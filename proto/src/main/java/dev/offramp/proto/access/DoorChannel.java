package dev.offramp.proto.access;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes connections in by a {@link Door}: what it refuses is closed before anything is made for it, and what has not
 * proved to be a member's after a while is closed as well, or strangers would stand where others want to come in. Confined
 * to its loop.
 */
public final class DoorChannel extends NioServerSocketChannel {
    /** For the handshake, and for joining with a token. */
    private static final long PATIENCE_SECONDS = 10;

    private final Door door;

    public DoorChannel(Door door) {
        this.door = door;
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        SocketChannel socket = javaChannel().accept();
        if (socket == null) {
            return 0;
        }
        try {
            InetSocketAddress remote = (InetSocketAddress) socket.getRemoteAddress();
            Door.Ends ends = Door.Ends.of(remote, ((InetSocketAddress) socket.getLocalAddress()).getPort());
            if (!door.admit(ends, remote.getAddress())) {
                refuse(socket);
                return 1;
            }
            Channel channel = new NioSocketChannel(this, socket);
            door.stands(ends, () -> end(channel));
            Future<?> patience =
                    eventLoop().schedule(() -> closeUnlessProved(channel, ends), PATIENCE_SECONDS, TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> {
                patience.cancel(false);
                door.closed(ends);
            });
            accepted.add(channel);
        } catch (IOException e) {
            // It has gone already.
            socket.close();
        }
        return 1;
    }

    private void closeUnlessProved(Channel channel, Door.Ends ends) {
        if (!door.isProved(ends)) {
            end(channel);
        }
    }

    private static void end(Channel channel) {
        var unused = channel.close();
    }

    /** With a reset, after which the system keeps nothing of it. */
    private static void refuse(SocketChannel socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }
}
