#!/usr/bin/env bash
# Install comparators, each into an environment of its own below .venvs/. Usage: install.sh PYTHON [NAME...]
# Without a name: all of them. An environment that already has what is listed here is left as it is.
# They have no pip of their own: that of PYTHON fills them. Only what is imported in the end is compiled.
set -euo pipefail
python=$1
shift
[ $# -gt 0 ] || set -- rnnoise demucs denoiser
venvs=$(cd "$(dirname "$0")" && pwd)/.venvs

for name in "$@"; do
  packages="numpy==2.4.6 soundfile==0.14.0"
  alone="" # taken without the packages that it asks for and a restoration does without
  case $name in
    rnnoise)
      alone="pyrnnoise==0.4.5"
      imports="numpy, soundfile"
      ;;
    demucs)
      packages="$packages torch==2.13.0 demucs==4.1.0 einops==0.8.2 huggingface_hub==2.4.0"
      packages="$packages julius==0.2.8 pyyaml==6.0.4 safetensors==0.8.0 tqdm==4.70.1"
      imports="soundfile, demucs.pretrained"
      ;;
    denoiser)
      packages="$packages torch==2.13.0"
      alone="denoiser==0.1.5"
      imports="soundfile, denoiser.pretrained"
      ;;
    *)
      echo "There is no comparator $name; there are rnnoise, demucs and denoiser." >&2
      exit 2
      ;;
  esac

  venv=$venvs/$name
  wanted="$packages $alone"
  if [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ] && "$venv/bin/python" -c "" 2>/dev/null; then
    continue
  fi
  echo "Installing $name into $venv"
  "$python" -m venv --clear --without-pip "$venv"
  pip=("$python" -m pip --python "$venv/bin/python" --disable-pip-version-check install -q --no-compile)
  # shellcheck disable=SC2086 # a list of words
  "${pip[@]}" $packages
  if [ -n "$alone" ]; then
    "${pip[@]}" --no-deps "$alone"
  fi
  env -u PYTHONDONTWRITEBYTECODE "$venv/bin/python" -c "import $imports"
  echo "$wanted" >"$venv/installed"
done
