namespace Agents.Reviewer.Tests.Rules;

internal static class PythonSecurityCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("src/code.py")
        .Bad("py-command-injection",
            "import os\ndef f(name):\n    os.system('ls ' + name)\n",
            "import subprocess\ndef f(name):\n    subprocess.run(f'ls {name}', shell=True)\n",
            "import subprocess\ndef f(name):\n    cmd = 'ls %s' % name\n    subprocess.check_output(cmd, shell=True)\n",
            "import os\ndef f(name):\n    os.popen('ls {}'.format(name))\n")
        .Good("py-command-injection",
            "import subprocess\ndef f(name):\n    subprocess.run(['ls', name])\n",
            "import os\ndef f(name):\n    os.system('ls -l')\n",
            "import os\ndef f(name):\n    os.system('ls ' + shlex.quote(name))\n",
            "import os\ndef f(name):\n    # os.system('ls ' + name)\n    '''os.system('ls ' + name)'''\n",
            "import subprocess\ndef f(name):\n    subprocess.run(f'ls {name}')\n")
        .Bad("py-code-injection", "def f(s):\n    return eval(s)\n", "def f(s):\n    exec('a = ' + s)\n")
        .Good("py-code-injection",
            "def f(s):\n    return ast.literal_eval(s)\n",
            "def f(s):\n    return eval('1 + 1')\n",
            "def f(model):\n    model.eval()\n    exec(compile(src, name, 'exec'), ns)\n    exec(code_obj, ns)\n")
        .Bad("py-yaml-load", "import yaml\ndef f(s):\n    return yaml.load(s)\n", "import yaml\ndef f(s):\n    return yaml.load(s, Loader=yaml.Loader)\n")
        .Good("py-yaml-load",
            "import yaml\ndef f(s):\n    return yaml.safe_load(s)\n",
            "import yaml\ndef f(s):\n    return yaml.load(s, Loader=yaml.SafeLoader)\n")
        .Bad("py-unpickle-untrusted", "import pickle\ndef f(request):\n    return pickle.loads(request.body)\n", "import pickle\ndef f(s):\n    data = sock.recv(100)\n    return pickle.loads(data)\n")
        .Good("py-unpickle-untrusted", "import pickle\ndef f(path):\n    return pickle.load(open(path, 'rb'))\n")
        .Bad("py-sql-injection",
            "def f(cur, name):\n    cur.execute(\"select * from users where name = '%s'\" % name)\n",
            "def f(cur, name):\n    q = f\"delete from users where name = '{name}'\"\n    cur.execute(q)\n")
        .Good("py-sql-injection",
            "def f(cur, name):\n    cur.execute('select * from users where name = %s', (name,))\n",
            "def f(cur, table):\n    cur.execute('select * from %s' % quote_name(table))\n",
            "def f(log, name):\n    log.execute('%s was selected' % name)\n")
        .Bad("py-certificate-check-off",
            "import requests\ndef f(u):\n    requests.get(u, verify=False)\n",
            "import ssl\nctx = ssl._create_unverified_context()\n")
        .Good("py-certificate-check-off", "import requests\ndef f(u):\n    requests.get(u, verify='/ca.pem')\n")
        .Bad("py-archive-extract-all", "import tarfile\ndef f(p):\n    tar = tarfile.open(p)\n    tar.extractall('/x')\n")
        .Good("py-archive-extract-all", "import tarfile\ndef f(p):\n    tar = tarfile.open(p)\n    tar.extractall('/x', filter='data')\n")
        .Bad("py-weak-hash", "import hashlib\ndef hash_password(p):\n    return hashlib.md5(p).hexdigest()\n")
        .Good("py-weak-hash",
            "import hashlib\ndef cache_key(p):\n    return hashlib.md5(p).hexdigest()\n",
            "import hashlib\ndef hash_password(p):\n    return hashlib.md5(p, usedforsecurity=False).hexdigest()\n")
        .Bad("py-insecure-random", "import random\ndef make_password():\n    return random.choice(letters)\n")
        .Good("py-insecure-random", "import random\ndef roll():\n    return random.randint(1, 6)\n", "import secrets\ndef make_password():\n    return secrets.choice(letters)\n")
        .Bad("py-mktemp", "import tempfile\np = tempfile.mktemp()\n")
        .Good("py-mktemp", "import tempfile\nfd, p = tempfile.mkstemp()\n")
        .Bad("py-flask-debug", "app.run(host='0.0.0.0', debug=True)\n")
        .Good("py-flask-debug", "app.run(host='0.0.0.0', debug=False)\n")
        .Bad("py-mark-safe", "def f(name):\n    return mark_safe('<b>%s</b>' % name)\n", "def f(name):\n    return mark_safe(f'<b>{name}</b>')\n")
        .Good("py-mark-safe", "def f(name):\n    return format_html('<b>{}</b>', name)\n", "def f(name):\n    return mark_safe('<b>%s</b>' % escape(name))\n", "X = mark_safe('<b>x</b>')\n")
        .Bad("py-world-writable", "import os\nos.chmod(p, 0o777)\n")
        .Good("py-world-writable", "import os\nos.chmod(p, 0o755)\n")
        .Bad("py-host-key-accepted", "c.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n")
        .Good("py-host-key-accepted", "c.set_missing_host_key_policy(paramiko.RejectPolicy())\n")
        .Bad("py-regex-exponential", "import re\nR = re.compile(r'^(a+)+$')\n", "import re\nR = re.compile('^(\\\\w+\\\\s?)*$')\n")
        .Good("py-regex-exponential", "import re\nR = re.compile(r'^(a+b)+$')\n", "import re\nR = re.compile(r'^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$')\n", "# re.compile(r'^(a+)+$')\n")
        .Cases;
}
