// SPDX-License-Identifier: MIT
//
// TlsFront KEYSTORE PORT: ends TLS as the JDK does and passes the plaintext on to 127.0.0.1:PORT.
// Prints "PORT n"; ends with its standard input.

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

final class TlsFront {
    static final char[] PASSWORD = "changeit".toCharArray();

    static SSLContext context(String file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException gone) {
            // the other side is told below
        }
        try {
            from.close();
            to.close();
        } catch (IOException gone) {
            // it is gone already
        }
    }

    static void serve(Socket client, int port) {
        try {
            Socket behind = new Socket(InetAddress.getLoopbackAddress(), port);
            new Thread(() -> pass(behind, client)).start();
            pass(client, behind);
        } catch (IOException refused) {
            pass(client, client);
        }
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        ServerSocket listener = context(arguments[0]).getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        System.out.println("PORT " + listener.getLocalPort());
        Thread accepting = new Thread(() -> {
            while (true) {
                try {
                    Socket client = listener.accept();
                    new Thread(() -> serve(client, port)).start();
                } catch (IOException broken) {
                    return;
                }
            }
        });
        accepting.setDaemon(true);
        accepting.start();
        System.in.transferTo(System.err);
        System.exit(0);
    }
}
