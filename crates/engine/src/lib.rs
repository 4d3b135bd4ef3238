//! Assembly: a topology file becomes a running system
