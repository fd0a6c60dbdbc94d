// SPDX-License-Identifier: MIT
//
// go_front CERT KEY PORT: ends TLS as Go does and passes the plaintext on to 127.0.0.1:PORT. Prints
// "PORT n"; ends with its standard input.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
)

// What one side ends ends for the other side as well.
func pass(from, to net.Conn) {
	io.Copy(to, from)
	from.Close()
	to.Close()
}

func serve(client net.Conn) {
	behind, err := net.Dial("tcp", "127.0.0.1:"+os.Args[3])
	if err != nil {
		client.Close()
		return
	}
	go pass(behind, client)
	pass(client, behind)
}

func accept(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err == nil {
			go serve(client)
		}
	}
}

func main() {
	pair, err := tls.LoadX509KeyPair(os.Args[1], os.Args[2])
	if err != nil {
		panic(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	if err != nil {
		panic(err)
	}
	fmt.Println("PORT", listener.Addr().(*net.TCPAddr).Port)
	go accept(listener)
	io.Copy(io.Discard, os.Stdin)
}
