using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Orchestrator.Tests.Api.Hub;

/// <summary>Programs for Node with the stock SignalR client.</summary>
internal static class NodePrograms
{
    private static string Packages => Path.Combine(Repository.Root, "tests", "npm");

    /// <summary>The program that docs/realtime.md shows.</summary>
    public static string Documented => Regex.Match(
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "realtime.md")), "```js\n(?<program>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["program"].Value;

    /// <summary>Starts a program; whoever starts it ends it.</summary>
    public static Process Start(string program, params string[] args)
    {
        Directory.Exists(Path.Combine(Packages, "node_modules", "@microsoft", "signalr")).ShouldBeTrue("tests/install-needs.sh installs @microsoft/signalr");
        // Imports are looked up from the working folder; the name stands where that of a file would.
        string[] all = ["--input-type=module", "--eval", program, "--", "program.mjs", .. args];
        return Process.Start(new ProcessStartInfo("node", all)
        {
            WorkingDirectory = Packages,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
    }
}
