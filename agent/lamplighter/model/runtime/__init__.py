"""The model on onnxruntime's CPU kernels: session, key/value cache, evaluated prefixes."""
