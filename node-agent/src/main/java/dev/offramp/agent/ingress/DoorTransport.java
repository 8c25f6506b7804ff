package dev.offramp.agent.ingress;

import dev.offramp.proto.access.Door;
import dev.offramp.proto.access.DoorChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import org.jspecify.annotations.Nullable;

/** Vert.x's usual transport, with a door before its servers. Immutable. */
final class DoorTransport implements io.vertx.core.transport.Transport, Transport {
    private final Transport usual = io.vertx.core.transport.Transport.NIO.implementation();
    private final Door door;

    DoorTransport(Door door) {
        this.door = door;
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public Transport implementation() {
        return this;
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return () -> new DoorChannel(door);
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return usual.convert(address);
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return usual.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return usual.ioHandlerFactory();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return usual.channelFactory(domainSocket);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return usual.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation") // Vert.x still says it so.
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return usual.datagramChannel(family);
    }
}
