//! The sockets: RESP and the query port
