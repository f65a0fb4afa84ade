"""Cells of every kind, each to be run by two engines: what one cell defines a later one may use."""

# A cell is as long as it is.
# ruff: noqa: E501

CELLS = {
    "text": "print('xin chào'); 1+1",
    "wide": ("import pandas as pd\npd.DataFrame([range(30)])"),
    "long": "pd.DataFrame({'a':range(200)})",
    "pandas_options": "pd.get_option('display.max_columns'), pd.get_option('display.width'), pd.get_option('display.max_rows')",
    "plotly": (
        "import plotly.graph_objects as go, plotly.io as pio\nfig=go.Figure(go.Bar(x=[1],y=[2])); fig"
    ),
    "plotly_defaults": "pio.renderers.default, pio.templates.default",
    "fig_show": "fig.show()",
    "nan": "go.Figure(go.Scatter(x=[1,2],y=[float('nan'),None]))",
    "display_id": (
        "from IPython.display import *\nh=display('a', display_id='q')\nprint('mid')\nh.update('b')"
    ),
    "update_display": "update_display('c', display_id='q')",
    "clear": "print('x'); clear_output(wait=True); print('y')",
    "clear_twice": "print('x'); clear_output(); print('y'); display(1); clear_output(); print('z')",
    "clear_at_the_end": "print('x'); clear_output(wait=True)",
    "streams": ("import sys\nprint('o'); print('e', file=sys.stderr); print('o2')"),
    "streams_in_turn": (
        "import time\n"
        "print('o'); time.sleep(1); print('e', file=sys.stderr); time.sleep(1); print('o2'); time.sleep(1)"
    ),
    "widget_messages": "from comm import create_comm; create_comm('x', data={'a': 1}, buffers=[b'b']).close()",
    "error": ("def f():\n    return 1/0\nf()"),
    "chained_error": ("try:\n    1/0\nexcept Exception as e:\n    raise ValueError('đ') from e"),
    "syntax": "x = = 1",
    "unknown_name": "nope",
    "keyboard_interrupt": "raise KeyboardInterrupt",
    "sys_exit": "import sys; sys.exit(3)",
    "raise_system_exit": "raise SystemExit('bye')",
    "bash": ("%%bash\necho hi; echo err >&2"),
    "bash_that_fails": ("%%bash\nexit 3"),
    "capture": ("%%capture c\nprint('captured'); display(2)"),
    "captured": "c.show(); print(c.stdout)",
    "who": ("zz=1\n%who int"),
    "lsmagic": "%lsmagic",
    "shell": "!echo shell; echo e2 >&2",
    "shell_into_a_variable": ("x=!echo a; echo b\nx"),
    "os_system": "import os; os.system('echo sys; echo sys2 >&2')",
    "subprocess": "import subprocess; subprocess.run(['echo','sp']); subprocess.run('echo out', shell=True, capture_output=True, text=True).stdout",
    "written_past_python": "os.write(1, 'raw đ\\n'.encode()); sys.__stdout__.write('under\\n'); sys.__stdout__.flush()",
    "await": ("import asyncio\nawait asyncio.sleep(0.01)\nprint('awaited')"),
    "task": (
        "async def g():\n"
        "    print('in task')\n"
        "    await asyncio.sleep(0)\n"
        "    print('more')\n"
        "    return 5\n"
        "t=asyncio.create_task(g())"
    ),
    "task_result": "await t",
    "warnings": (
        "import warnings\n"
        "def w():\n"
        "    warnings.warn('once')\n"
        "w(); w()\n"
        "warnings.warn('dep', DeprecationWarning)"
    ),
    "warnings_in_a_loop": "for i in range(3): warnings.warn('loop')",
    "input": "input('name?')",
    "getpass": "import getpass; getpass.getpass()",
    "stdin": "sys.stdin.read()",
    "png": (
        "from IPython.display import Image\n"
        "import base64\n"
        "Image(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))"
    ),
    "html": "display(HTML('<b>x</b>'), Markdown('# m'), JSON({'a':[1,2]}), Latex('$x$'), SVG('<svg/>'), Javascript('1'), Pretty('p'))",
    "mimebundle": (
        "class M:\n"
        "    def _repr_mimebundle_(self, include=None, exclude=None): return {'text/plain':'m','application/x+json':{'a':[1,None]}}, {'application/x+json':{'m':1}}\n"
        "M()"
    ),
    "html_that_fails": ("class R:\n    def _repr_html_(self): 1/0\n    def __repr__(self): return 'R'\nR()"),
    "repr_that_fails": ("class R2:\n    def __repr__(self): 1/0\nR2()"),
    "logging": (
        "import logging\n"
        "logging.warning('careful'); logging.getLogger('x').error('bad'); logging.getLogger().handlers"
    ),
    "logging_set_up": "logging.basicConfig(level=logging.INFO, stream=sys.stdout, force=True); logging.info('info')",
    "thread": (
        "import threading\nth=threading.Thread(target=lambda: print('from thread')); th.start(); th.join()"
    ),
    "thread_that_lasts": (
        "import time\n"
        "def late():\n"
        "    time.sleep(.5); print('late thread')\n"
        "th=threading.Thread(target=late); th.start()"
    ),
    "thread_joined": "th.join(); print('joined')",
    "atexit": "import atexit; atexit.register(lambda: open('atexit.txt','w').write('x'))",
    "writefile": ("%%writefile helper_d.py\nA = 5"),
    "import_written": "import helper_d; helper_d.A",
    "multiprocessing": (
        "import multiprocessing as m\n"
        "def pf(x): print('mp', x)\n"
        "ctx=m.get_context('fork'); p=ctx.Process(target=pf,args=(1,)); p.start(); p.join(); p.exitcode"
    ),
    "multiprocessing_between": "print('before'); p=ctx.Process(target=pf,args=(1,)); p.start(); p.join(); print('after')",
    "process_pool": (
        "from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor\n"
        "with ProcessPoolExecutor(2, mp_context=ctx) as ex: r=list(ex.map(abs,[-1,2]))\n"
        "r"
    ),
    "thread_pool": ("with ThreadPoolExecutor(2) as ex: r=list(ex.map(print,[1]))\nr"),
    "fork": (
        "pid=os.fork()\n"
        "if pid==0:\n"
        "    print('forked'); sys.stdout.flush(); os._exit(0)\n"
        "os.waitpid(pid,0)[1]"
    ),
    "help": "print?",
    "source": "len??",
    "help_function": "help(len)",
    "psource": "%psource f",
    "semicolon": "5;",
    "underscores": "_, __, In[-1], Out and 1",
    "own_names": "__name__, __doc__, __builtins__ is not None, sorted(k for k in globals() if k.startswith('__'))",
    "cwd": "os.getcwd()==os.path.abspath('.')",
    "argv": "[a if not a.endswith('.json') else '' for a in sys.argv]",
    "path": "sys.path",
    "env": "{k: v for k, v in os.environ.items() if not k.startswith(('JPY', 'PYDEVD'))}",
    "signals": (
        "import signal\n"
        "sorted((int(n), str(signal.getsignal(n))) for n in signal.valid_signals() if signal.getsignal(n) != signal.SIG_DFL)"
    ),
    "umask": "o=os.umask(0); os.umask(o); o",
    "main": "sys.modules['__main__'].__dict__ is globals(), getattr(sys.modules['__main__'],'__file__',None)",
    "streams_themselves": "sys.stdout.isatty(), sys.stdin.isatty(), sys.stdout.encoding, sys.stderr.encoding, sys.stdin.encoding, type(sys.stdin).__name__, sys.stdout.fileno()>2, os.ttyname.__name__",
    "ten_megabytes": "print('x'*10_000_000)",
    "many_lines": "for i in range(100_000): print(i)",
    "error_in_a_library": "import json; json.loads('{')",
    "error_in_pandas": "pd.DataFrame({'a':[1]})['b']",
    "unknown_cell_magic": ("%%nope\n1"),
    "unknown_magic": "%nope",
    "pylab": "%matplotlib inline",
    "inspect": "import inspect; print(inspect.getsource(f))",
    "control_characters": "print('a\\x1b[31mred\\x1b[0m\\tb\\rc\\bd')",
    "surrogate": "print(repr('\\ud800')); '\\ud800'",
    "system": "get_ipython().system('echo s')",
    "loop": "asyncio.get_running_loop().is_running()",
    "pager": "%pinfo f",
    "history": "%history -n 1-2",
    "xmode": "%xmode Minimal",
    "error_in_short": "1/0",
    "publish": "get_ipython().display_pub.publish({'text/plain':'dp'})",
    "history_file": "get_ipython().history_manager.hist_file",
    "recursion": ("def r(): r()\nr()"),
    "set_next_input": "from IPython import get_ipython; get_ipython().set_next_input('5')",
    "prun": ("%%prun -q\n1"),
    "no_newline": "sys.stdout.write('no newline')",
    "displayhook": "sys.displayhook",
    "last": "print('last', file=sys.stderr)",
    "nested": "get_ipython().run_cell('print(1); 2').result",
    "interrupted": "subprocess.run(['sh', '-c', 'kill -INT $$'], capture_output=True).returncode",
    "interrupt": "os.kill(os.getpid(), signal.SIGINT); time.sleep(1)",
}
