package io.mics.listener;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;

/**
 * A socket as the server library and the WebSocket edge see it. Reading gives what the gate left. A client that is gone
 * while it is written to is nothing to log.
 */
final class ClientSocket implements HelidonSocket {
    private final HelidonSocket socket;
    private final RequestGate gate;

    ClientSocket(HelidonSocket socket, RequestGate gate) {
        this.socket = socket;
        this.gate = gate;
    }

    @Override
    @SuppressWarnings("NullAway") // the interface says null for the end
    public byte[] get() {
        return gate.raw();
    }

    @Override
    public void write(BufferData buffer) {
        gate.answering();
        try {
            socket.write(buffer);
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("client is gone", e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public void idle() {
        socket.idle();
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    @SuppressWarnings("removal") // the interface still has it
    public int read(BufferData buffer) {
        throw new UnsupportedOperationException("nobody reads into buffers");
    }

    @Override
    public boolean protocolNegotiated() {
        return socket.protocolNegotiated();
    }

    @Override
    public String protocol() {
        return socket.protocol();
    }

    @Override
    public PeerInfo remotePeer() {
        return socket.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return socket.localPeer();
    }

    @Override
    public boolean isSecure() {
        return socket.isSecure();
    }

    @Override
    public String socketId() {
        return socket.socketId();
    }

    @Override
    public String childSocketId() {
        return socket.childSocketId();
    }
}
