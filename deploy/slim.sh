#!/bin/sh
# Makes the image's .venv smaller, compiles what every start imports, then proves that what is left works. Run in /app.
set -eu
export PYTHONDONTWRITEBYTECODE=1
packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))')

find "$packages" -type f \( -name '*.pyi' -o -name '*.pxd' -o -name '*.pyx' -o -name '*.h' -o -name '*.c' -o -name '*.a' \) -delete
find "$packages" -depth -type d \( -name tests -o -name sample_data -o -name include \) -exec rm -rf {} +
cd "$packages"
rm -rf setuptools _distutils_hack distutils-precedence.pth pkg_resources sqlalchemy/testing matplotlib/testing numpy/f2py numpy/distutils \
    sqlalchemy/dialects/mysql sqlalchemy/dialects/oracle sqlalchemy/dialects/mssql numpy/_core/_simd.* contourpy contourpy.libs \
    PIL/_avif.* PIL/_webp.* PIL/_imagingft.* PIL/_imagingcms.* PIL/_imagingtk.* \
    pillow.libs/libavif-* pillow.libs/libwebp* pillow.libs/libharfbuzz-* pillow.libs/libfreetype-* pillow.libs/liblcms2-* \
    fontTools/misc/bezierTools.*.so fontTools/pens/momentsPen.*.so \
    matplotlib/mpl-data/fonts/afm matplotlib/mpl-data/fonts/pdfcorefonts matplotlib/mpl-data/fonts/ttf/STIX* \
    matplotlib/mpl-data/fonts/ttf/cm* matplotlib/mpl-data/fonts/ttf/DejaVuSerif* matplotlib/mpl-data/fonts/ttf/DejaVuSansMono* \
    matplotlib/mpl-data/fonts/ttf/*Oblique* matplotlib/mpl-data/images numpy/random discord/bin discord/ext
for part in ttLib otlLib feaLib varLib subset designspaceLib ufoLib merge voltLib mtiLib qu2cu cu2qu colorLib cffLib; do
    rm -rf "fontTools/$part"
done
cd "$OLDPWD"

# Compiled by content, not by date: the same source gives the same image. A read-only container could not keep what it compiles.
.venv/bin/python -m compileall -q --invalidation-mode unchecked-hash bot adapters migrations
.venv/bin/python - <<'PROOF'
import compileall
import py_compile
import sys

import bot.cli

for module in list(sys.modules.values()):
    path = getattr(module, "__file__", None) or ""
    if path.endswith(".py") and "site-packages" in path:
        compileall.compile_file(path, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)

import aiohttp.web
import alembic.command
import cryptography.fernet
import discord
import psycopg
import slack_bolt.async_app

from bot.present.pictures.canvas import Canvas

canvas = Canvas(300, 100)
canvas.text(10, 50, "proof")
assert canvas.png()
PROOF
.venv/bin/drillbot questions stats >/dev/null
printf '/drill board\n/drill help\n' | DATABASE_URL=sqlite:////tmp/proof.db .venv/bin/drillbot chat >/dev/null
rm -rf /tmp/proof.db* data
