package dev.offramp.proto.access;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;

/** Takes connections in by a {@link Door}: what it refuses is closed before anything is made for it. Confined to its loop. */
public final class DoorChannel extends NioServerSocketChannel {
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
            channel.closeFuture().addListener(closed -> door.closed(ends));
            accepted.add(channel);
        } catch (IOException e) {
            // It has gone already.
            socket.close();
        }
        return 1;
    }

    /** With a reset, after which the system keeps nothing of it. */
    private static void refuse(SocketChannel socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }
}
