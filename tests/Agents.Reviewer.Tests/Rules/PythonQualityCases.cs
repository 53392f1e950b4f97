namespace Agents.Reviewer.Tests.Rules;

internal static class PythonQualityCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("src/code.py")
        .Bad("py-mutable-default", "def f(x, seen=[]):\n    seen.append(x)\n    return seen\n", "def f(x, d: dict = {}):\n    d[x] = 1\n")
        .Good("py-mutable-default",
            "def f(x, seen=[]):\n    return x in seen\n",
            "def f(x, seen=None):\n    seen = seen or []\n    seen.append(x)\n",
            "def f(x, seen=[]):\n    seen = list(seen)\n    seen.append(x)\n")
        .Bad("py-bare-except", "try:\n    f()\nexcept:\n    log()\n")
        .Good("py-bare-except",
            "try:\n    f()\nexcept Exception:\n    log()\n",
            "try:\n    f()\nexcept:\n    log()\n    raise\n",
            "s = '''\ntry:\n    f()\nexcept:\n    log()\n'''\n")
        .Bad("py-swallowed-exception", "try:\n    f()\nexcept Exception:\n    pass\n")
        .Good("py-swallowed-exception",
            "try:\n    f()\nexcept KeyError:\n    pass\n",
            "try:\n    f()\nexcept Exception:\n    pass  # the cache is only a hint\n",
            "def g():\n    try:\n        f()\n    except Exception:\n        pass\n    # a missing cache is no error\n    return None\n",
            "try:\n    f()\nexcept Exception:\n    log()\n")
        .Bad("py-return-in-finally", "def f():\n    try:\n        g()\n    finally:\n        return 1\n")
        .Good("py-return-in-finally", "def f():\n    try:\n        return g()\n    finally:\n        close()\n")
        .Bad("py-is-literal", "if x is 'a':\n    f()\n", "if x is not 5:\n    f()\n")
        .Good("py-is-literal", "if x is None or y is True:\n    f()\n", "s = \"x is 'a'\"\n")
        .Bad("py-assert-tuple", "assert (x > 1, 'too small')\n")
        .Good("py-assert-tuple", "assert x > 1, 'too small'\n", "assert (x > 1), 'too small'\n", "assert (x, y) == (1, 2)\n")
        .Bad("py-raise-notimplemented", "def f():\n    raise NotImplemented\n")
        .Good("py-raise-notimplemented", "def f():\n    raise NotImplementedError\n", "def __eq__(self, o):\n    return NotImplemented\n")
        .Bad("py-task-not-kept", "import asyncio\nasync def f():\n    asyncio.create_task(g())\n")
        .Good("py-task-not-kept", "import asyncio\nasync def f():\n    t = asyncio.create_task(g())\n    await t\n", "import asyncio\nts = [\n    asyncio.create_task(g())\n]\n")
        .Bad("py-missing-await", "async def save():\n    pass\nasync def f():\n    save()\n", "class C:\n    async def save(self):\n        pass\n    async def f(self):\n        self.save()\n")
        .Good("py-missing-await", "async def save():\n    pass\nasync def f():\n    await save()\n", "def save():\n    pass\nasync def f():\n    save()\n")
        .Cases;
}
