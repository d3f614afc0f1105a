"""An ONNX graph that grows node by node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray

MICROSOFT = "com.microsoft"
OPSET = 21
IR_VERSION = 10


class OnnxGraph:
    """Nodes, constants, inputs and outputs; operators are com.microsoft's unless told otherwise."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, kind: str, axes: Sequence[str | int]) -> None:
        """Declare an input; ``kind`` is a name of TensorProto's, such as FLOAT."""
        self._inputs.append(_value(name, kind, axes))

    def output(self, name: str, axes: Sequence[str | int]) -> None:
        """Declare an output of 32-bit floats."""
        self._outputs.append(_value(name, "FLOAT", axes))

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant, unless there is one of that name, and return its name.

        Raises:
            ModelError: the package onnx is missing.
        """
        if name not in self._constants:
            array = np.ascontiguousarray(value)
            self._constants[name] = load_onnx().numpy_helper.from_array(array, name)
        return name

    def node(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Add a node with one output, and return the output's name."""
        return self.node_outputs(kind, inputs, 1, **attributes)[0]

    def node_outputs(
        self, kind: str, inputs: Sequence[str], count: int, **attributes: Any
    ) -> list[str]:
        """Add a node with several outputs, and return their names."""
        outputs = [f"{kind}.{len(self._nodes)}.{number}" for number in range(count)]
        self.add(kind, inputs, outputs, **attributes)
        return outputs

    def add(
        self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any
    ) -> None:
        """Add a node whose outputs have names already; an empty name leaves one out."""
        attributes.setdefault("domain", MICROSOFT)
        label = f"{kind}.{len(self._nodes)}"
        node = load_onnx().helper.make_node(kind, inputs, outputs, name=label, **attributes)
        self._nodes.append(node)

    def model(self) -> onnx.ModelProto:
        """Return the model."""
        make = load_onnx().helper
        constants = list(self._constants.values())
        graph = make.make_graph(self._nodes, "decoder", self._inputs, self._outputs, constants)
        opsets = [make.make_opsetid("", OPSET), make.make_opsetid(MICROSOFT, 1)]
        model: onnx.ModelProto = make.make_model(
            graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="lamplighter"
        )
        return model


def load_onnx() -> Any:
    """Return the package onnx.

    Raises:
        ModelError: it is missing.
    """
    try:
        import onnx
        import onnx.numpy_helper
    except ImportError as error:
        reason = "building needs more packages: pip install 'lamplighter[build]'"
        raise ModelError("onnx", reason) from error
    return onnx


def _value(name: str, kind: str, axes: Sequence[str | int]) -> onnx.ValueInfoProto:
    made = load_onnx()
    value: onnx.ValueInfoProto = made.helper.make_tensor_value_info(
        name, getattr(made.TensorProto, kind), axes
    )
    return value
