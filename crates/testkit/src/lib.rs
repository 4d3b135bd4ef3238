//! The executable specification: parser, runner, judges
