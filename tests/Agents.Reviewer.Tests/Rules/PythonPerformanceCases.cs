namespace Agents.Reviewer.Tests.Rules;

internal static class PythonPerformanceCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("src/code.py")
        .Bad("py-blocking-in-async",
            "import asyncio\nimport time\nasync def f():\n    time.sleep(1)\n",
            "import requests\nasync def f(u):\n    return requests.get(u)\n")
        .Good("py-blocking-in-async",
            "import time\nasync def f():\n    def inner():\n        time.sleep(1)\n    await run(inner)\n",
            "import time\ndef f():\n    time.sleep(1)\n",
            "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n")
        .Bad("py-list-lookup-in-loop", "def f(gs):\n    seen = []\n    for g in gs:\n        for x in g:\n            if x not in seen:\n                seen.append(x)\n")
        .Good("py-list-lookup-in-loop",
            "def f(xs):\n    seen = set()\n    for x in xs:\n        if x not in seen:\n            seen.add(x)\n",
            "def f(gs):\n    out = []\n    for g in gs:\n        for x in g:\n            names = set(y for y in out)\n            out.append(x)\n",
            "def f(xs):\n    seen = []\n    for x in xs:\n        if x not in seen:\n            seen.append(x)\n",
            "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n    return 3 in out\n")
        .Bad("py-pop-first-in-loop",
            "def f(xs):\n    queue = list(xs)\n    while queue:\n        x = queue.pop(0)\n",
            "def f(xs):\n    out = []\n    for x in xs:\n        out.insert(0, x)\n")
        .Good("py-pop-first-in-loop",
            "def f(xs):\n    queue = deque(xs)\n    while queue:\n        x = queue.popleft()\n",
            "def f(xs):\n    out = []\n    for x in xs:\n        if x:\n            out.insert(0, x)\n            break\n",
            "def f(xs):\n    xs = list(xs)\n    return xs.pop(0)\n")
        .Bad("py-sort-for-first", "def f(xs):\n    return sorted(xs, key=len)[0]\n", "def f(xs):\n    return sorted(xs)[-1]\n")
        .Good("py-sort-for-first", "def f(xs):\n    return sorted(xs)[:3]\n", "def f(xs):\n    return min(xs)\n")
        .Cases;
}
