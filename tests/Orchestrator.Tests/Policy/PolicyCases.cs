using Google.Protobuf.WellKnownTypes;
using Orchestrator.Policy.Rules;

namespace Orchestrator.Tests.Policy;

/// <summary>One call, and what must come of it by <see cref="PolicyCases.Rules"/>.</summary>
internal sealed record PolicyCase(string Rule, string Effect, PolicyInput Input);

/// <summary>The table that every evaluator is held to. It has a rule for each kind of condition.</summary>
internal static class PolicyCases
{
    public const string Rules = """
        {"tool_policy": {"default": "deny", "rules": [
          {"id": "frozen", "effect": "deny", "labels": {"freeze": ["yes"], "team": ["a*", "b"]}},
          {"id": "secret-paths", "effect": "deny", "tools": ["fs.*"], "arguments": [{"name": "path", "paths": ["**.pem", "secret/**", "../**", "/**"]}]},
          {"id": "night", "effect": "deny", "tools": ["deploy"], "time": {"from": "22:00", "to": "06:00"}},
          {"id": "weekend", "effect": "needs_approval", "tools": ["deploy"], "time": {"days": ["sat", "sun"]}, "deciders": ["alice"]},
          {"id": "office", "effect": "allow", "tools": ["deploy"], "time": {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}},
          {"id": "docs-hosts", "effect": "allow", "tools": ["http.get"], "arguments": [{"name": "url", "hosts": ["docs.example.org", "**.api.example.org"]}]},
          {"id": "no-drop", "effect": "deny", "tools": ["sql.*"], "arguments": [{"name": "sql", "verbs": ["drop", "truncate"]}]},
          {"id": "reads", "effect": "allow", "tools": ["sql.query"], "arguments": [{"name": "sql", "verbs": ["select", "with", "explain"]}]},
          {"id": "changes", "effect": "needs_approval", "tools": ["sql.execute"], "tenants": ["acme"], "reason": "Data changes."},
          {"id": "net", "effect": "allow", "tools": ["shell.run"], "roles": ["developer"], "arguments": [{"name": "network", "values": ["true"]}, {"name": "command", "values": ["npm", "dotnet"]}], "grants": ["network"]},
          {"id": "no-force", "effect": "deny", "tools": ["shell.run"], "arguments": [{"name": "args", "values": ["--force", "-rf"]}]},
          {"id": "plain-args", "effect": "allow", "tools": ["shell.run"], "arguments": [{"name": "args", "values": ["build", "test", "c++", "a?c", "src/*"]}]},
          {"id": "own-agent", "effect": "allow", "tools": ["x.agent"], "agents": ["executor-*"], "principals": ["local"], "playbooks": ["code-audit", "build-*"]},
          {"id": "critical", "effect": "needs_approval", "risks": ["critical"]},
          {"id": "low", "effect": "allow", "tools": ["fs.read", "fs.list", "git.*"], "risks": ["low"]},
          {"id": "write-src", "effect": "allow", "tools": ["fs.write"], "arguments": [{"name": "path", "paths": ["src/**", "docs/*.md"]}]}
        ]}}
        """;

    /// <summary>The policy that is shipped, and what it must come to for every built-in tool.</summary>
    public static string ShippedRules { get; } = File.ReadAllText(System.IO.Path.Combine(Repository.Root, "policies", "tools.json"));

    private const string Allow = "allow", Deny = "deny", Ask = "needs_approval";

    public static IReadOnlyList<PolicyCase> All { get; } = [.. Paths(), .. Times(), .. Hosts(), .. Sql(), .. Shell(), .. Who()];

    public static IReadOnlyList<PolicyCase> Shipped { get; } =
    [
        .. new[] { "fs.read", "fs.list", "fs.search", "git.log", "git.diff", "git.show", "git.status", "code.metrics", "skill.list", "skill.read" }.Select(tool => new PolicyCase("tools-of-the-contract", Allow, In(tool, """{"path": "src"}"""))),
        .. new[] { "fs.write", "fs.patch", "fs.delete", "http.get", "sql.query" }.Select(tool => new PolicyCase("tools-of-the-contract", Allow, In(tool, """{"path": "src/a"}""", "medium"))),
        .. new[] { ".env", "deploy/.env.production", "keys/server.pem", "a/../.ssh/id_ed25519", "home/.aws/credentials" }
            .SelectMany(path => new[] { Path("secrets-are-not-read", Deny, "fs.read", path), Path("secrets-are-not-read", Deny, "fs.write", path, "medium"), Path("secrets-are-not-read", Deny, "git.show", path) }),
        new("tools-of-the-contract", Allow, In("shell.run", """{"command": "make", "network": false}""", "high")),
        new("network-needs-a-person", Ask, In("shell.run", """{"command": "make", "network": true}""", "high")),
        new("tools-of-the-contract", Allow, In("test.run", """{"command": "node", "args": ["--test"]}""", "high")),
        new("network-needs-a-person", Ask, In("test.run", """{"command": "node", "args": ["--test"], "network": true}""", "high")),
        new("sql-that-is-rolled-back", Allow, In("sql.execute", """{"sql": "delete from t", "dry_run": true}""", "high")),
        new("sql-that-changes-needs-a-person", Ask, In("sql.execute", """{"sql": "delete from t"}""", "high")),
        new("sql-whose-effect-was-approved", Allow, In("sql.execute", """{"sql": "delete from t", "expected_effect": "1 row"}""", "high") with { Playbook = "data-change" }),
        new("sql-that-changes-needs-a-person", Ask, In("sql.execute", """{"sql": "delete from t", "expected_effect": "1 row"}""", "high") with { Playbook = "data-change", Role = "developer" }),
        new("what-cannot-be-undone-needs-a-person", Ask, In("deploy", "{}", "critical")),
    ];

    private static IEnumerable<PolicyCase> Paths()
    {
        foreach (var path in new[] { "a.txt", "src/a.cs", "./src/a.cs", "src//a.cs", "secrets/a", "pem", "a.pem.txt", "a b.txt", "ünïcode/😀.txt", "secret", "a/../b", ".../a" })
        {
            yield return Path("low", Allow, "fs.read", path);
        }

        foreach (var path in new[] { "a.pem", "deep/er/a.pem", "secret/a", "secret/a/b", "./secret/a", "src/../secret/a", "../a", "a/../../b", "/etc/passwd", "/", "//etc", "secret//x", "secret/new\nline", "..\\a" })
        {
            yield return Path("secret-paths", Deny, "fs.read", path);
        }

        foreach (var path in new[] { "src/a", "src/deep/a", "docs/a.md", "docs/../src/a" })
        {
            yield return Path("write-src", Allow, "fs.write", path, "medium");
        }

        foreach (var path in new[] { "a", "docs/deep/a.md", "docs/a.txt", "srcs/a", "src", "" })
        {
            yield return Path("", Deny, "fs.write", path, "medium");
        }

        yield return new PolicyCase("low", Allow, In("fs.list", "{}"));
        yield return new PolicyCase("secret-paths", Deny, In("fs.list", """{"path": ["a", "secret/b"]}"""));
        yield return new PolicyCase("", Deny, In("fs.write", """{"path": ["src/a", "b"]}""", "medium"));
        yield return new PolicyCase("write-src", Allow, In("fs.write", """{"path": ["src/a", "src/b"]}""", "medium"));
        yield return new PolicyCase("", Deny, In("fs.write", """{"path": {"a": "src/a"}}""", "medium"));
        yield return new PolicyCase("", Deny, In("fs.write", """{"path": []}""", "medium"));
    }

    private static IEnumerable<PolicyCase> Times()
    {
        (string Day, string Clock, string Rule, string Effect)[] moments =
        [
            ("mon", "08:00", "office", Allow), ("fri", "17:59", "office", Allow), ("wed", "12:30", "office", Allow), ("mon", "07:59", "", Deny), ("mon", "18:00", "", Deny),
            ("tue", "22:00", "night", Deny), ("tue", "23:59", "night", Deny), ("tue", "00:00", "night", Deny), ("tue", "05:59", "night", Deny), ("tue", "06:00", "", Deny),
            ("sat", "12:00", "weekend", Ask), ("sun", "06:00", "weekend", Ask), ("sat", "22:00", "night", Deny), ("thu", "21:59", "", Deny),
        ];
        return moments.Select(moment => new PolicyCase(moment.Rule, moment.Effect, In("deploy", "{}") with { Time = new PolicyMoment(moment.Day, moment.Clock) }));
    }

    private static IEnumerable<PolicyCase> Hosts()
    {
        foreach (var url in new[] { "https://docs.example.org/a", "http://DOCS.example.org", "https://x.api.example.org/", "https://a.b.api.example.org:8443/x?y", "https://docs.example.org:1/" })
        {
            yield return new PolicyCase("docs-hosts", Allow, In("http.get", $$"""{"url": "{{url}}"}""", "medium"));
        }

        foreach (var url in new[] { "https://example.org/", "https://docs.example.org.evil.test/", "https://evil.test/docs.example.org", "https://api.example.org/", "docs.example.org", "https://docsxexample.org/", "https://docs.example.org@evil.test/", "" })
        {
            yield return new PolicyCase("", Deny, In("http.get", $$"""{"url": "{{url}}"}""", "medium"));
        }

        yield return new PolicyCase("", Deny, In("http.get", """{"url": ["https://docs.example.org/", "https://evil.test/"]}""", "medium"));
    }

    private static IEnumerable<PolicyCase> Sql()
    {
        foreach (var sql in new[] { "select 1", "SELECT 'drop table x'", "-- drop\nselect 1", "/* /* truncate */ drop */ select 1", "with a as (select 1) select * from a", "explain select 1", "(select 1)", "select \"drop\" from t", "select $$drop$$", "select $a$ drop $a$;" })
        {
            yield return Query("reads", Allow, "sql.query", sql);
        }

        foreach (var sql in new[] { "drop table x", "select 1; drop table x", "Truncate t", "/* */ DROP /* */ TABLE x", "do $$ drop table x $$; drop table y", ";;drop table x" })
        {
            yield return Query("no-drop", Deny, "sql.query", sql);
        }

        foreach (var sql in new[] { "insert into t values (1)", "with d as (delete from t returning 1) select * from d", "select 1; delete from t", "select * into t2 from t", "", "-- nothing" })
        {
            yield return Query("", Deny, "sql.query", sql);
        }

        yield return Query("changes", Ask, "sql.execute", "delete from t");
        yield return Query("no-drop", Deny, "sql.execute", "drop table t");
        yield return new PolicyCase("", Deny, In("sql.execute", """{"sql": "delete from t"}""", "high") with { Tenant = "other" });
    }

    private static IEnumerable<PolicyCase> Shell()
    {
        (string Role, string Arguments, string Rule, string Effect)[] calls =
        [
            ("developer", """{"command": "npm", "network": true}""", "net", Allow),
            ("developer", """{"command": "npm", "network": false}""", "", Deny),
            ("developer", """{"command": "curl", "network": true}""", "", Deny),
            ("executor", """{"command": "npm", "network": true}""", "", Deny),
            ("executor", """{"command": "rm", "args": ["-rf", "x"]}""", "no-force", Deny),
            ("executor", """{"command": "rm", "args": ["build", "--force"]}""", "no-force", Deny),
            ("executor", """{"command": "dotnet", "args": ["build"]}""", "plain-args", Allow),
            ("executor", """{"command": "dotnet", "args": ["build", "test"]}""", "plain-args", Allow),
            ("executor", """{"command": "dotnet", "args": ["build", "run"]}""", "", Deny),
            ("executor", """{"command": "x", "args": ["c++"]}""", "plain-args", Allow),
            ("executor", """{"command": "x", "args": ["ccc"]}""", "", Deny),
            ("executor", """{"command": "x", "args": ["abc", "a😀c", "a.c"]}""", "plain-args", Allow),
            ("executor", """{"command": "x", "args": ["a/c"]}""", "", Deny),
            ("executor", """{"command": "x", "args": ["ac"]}""", "", Deny),
            ("executor", """{"command": "x", "args": ["src/a"]}""", "plain-args", Allow),
            ("executor", """{"command": "x", "args": ["src/a/b"]}""", "", Deny),
            ("executor", """{"command": "x", "args": ["build\n"]}""", "", Deny),
            ("executor", """{"command": "x", "args": []}""", "", Deny),
        ];
        return calls.Select(call => new PolicyCase(call.Rule, call.Effect, In("shell.run", call.Arguments, "high") with { Role = call.Role }));
    }

    private static IEnumerable<PolicyCase> Who()
    {
        var agent = In("x.agent", "{}") with { Agent = "executor-1", Principal = "local", Playbook = "build-feature" };
        yield return new PolicyCase("own-agent", Allow, agent);
        yield return new PolicyCase("own-agent", Allow, agent with { Playbook = "code-audit" });
        yield return new PolicyCase("", Deny, agent with { Playbook = "code-audits" });
        yield return new PolicyCase("", Deny, agent with { Agent = "writer-1" });
        yield return new PolicyCase("", Deny, agent with { Principal = "mallory" });
        yield return new PolicyCase("", Deny, agent with { Principal = "localx" });
        yield return new PolicyCase("critical", Ask, In("anything", "{}", "critical"));
        yield return new PolicyCase("", Deny, In("anything", "{}", "high"));
        yield return new PolicyCase("", Deny, In("git.log", "{}", ""));
        yield return new PolicyCase("low", Allow, In("git.log", "{}"));
        yield return new PolicyCase("", Deny, In("gitXlog", "{}"));
        foreach (var (freeze, team, isFrozen) in new[] { ("yes", "a", true), ("yes", "abc", true), ("yes", "b", true), ("yes", "bc", false), ("no", "a", false), ("yesno", "a", false) })
        {
            yield return new PolicyCase(isFrozen ? "frozen" : "low", isFrozen ? Deny : Allow, In("git.log", "{}") with { Labels = new Dictionary<string, string> { ["freeze"] = freeze, ["team"] = team } });
        }

        yield return new PolicyCase("low", Allow, In("git.log", "{}") with { Labels = new Dictionary<string, string> { ["freeze"] = "yes" } });
    }

    private static PolicyCase Path(string rule, string effect, string tool, string path, string risk = "low") =>
        new(rule, effect, In(tool, new System.Text.Json.Nodes.JsonObject { ["path"] = path }.ToJsonString(), risk));

    private static PolicyCase Query(string rule, string effect, string tool, string sql) =>
        new(rule, effect, In(tool, new System.Text.Json.Nodes.JsonObject { ["sql"] = sql }.ToJsonString(), "high") with { Tenant = "acme" });

    private static PolicyInput In(string tool, string arguments, string risk = "low") => new()
    {
        Tool = tool,
        Risk = risk,
        Role = "executor",
        Agent = "executor-7",
        Tenant = "local",
        Principal = "someone",
        Facts = PolicyFacts.Of(Struct.Parser.ParseJson(arguments)),
    };
}
