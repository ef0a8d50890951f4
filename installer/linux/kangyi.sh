#!/bin/sh
# Starts Kangyi with its own interpreter, apart from whatever Python or Qt this desktop has.
here=$(dirname "$(readlink -f "$0")")
unset QT_PLUGIN_PATH QT_QPA_PLATFORM_PLUGIN_PATH QT_STYLE_OVERRIDE LD_LIBRARY_PATH LD_PRELOAD
# Only these platforms travel with the program; with another one inherited from the desktop Qt would not start.
case "${QT_QPA_PLATFORM:-xcb}" in xcb | offscreen) ;; *) unset QT_QPA_PLATFORM ;; esac
exec "$here/python/bin/python3.13" -I -B -X utf8 -m desktop "$@"
