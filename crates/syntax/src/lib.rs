//! EPL: lexer, parser, syntax tree, diagnostics, printer
