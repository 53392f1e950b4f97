using System.CommandLine;
using System.Text;

namespace Cli.Tests;

/// <summary>docs/cli.md lists every command as <c>--help</c> knows it. UPDATE_DOCS=1 writes the table anew.</summary>
public sealed class CommandTableTests
{
    private const string Begin = "<!-- commands -->\n";
    private const string End = "<!-- /commands -->";

    [Fact]
    public void Docs_Table_IsWhatHelpHas()
    {
        var path = Path.Combine(Repository.Root, "docs", "cli.md");
        var text = File.ReadAllText(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var table = Table();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, text[..begin] + table + text[end..]);
            return;
        }

        text[begin..end].ShouldBe(table, "UPDATE_DOCS=1 writes it anew");
    }

    [Fact]
    public void Commands_Each_SaysWhatItDoesAndSoDoItsOptions()
    {
        foreach (var command in CommandTree.All(Root()))
        {
            command.Description.ShouldNotBeNullOrWhiteSpace(CommandTree.PathOf(command));
            foreach (var symbol in command.Options.Cast<Symbol>().Concat(command.Arguments))
            {
                symbol.Description.ShouldNotBeNullOrWhiteSpace($"{CommandTree.PathOf(command)} {symbol.Name}");
            }
        }
    }

    private static RootCommand Root() => CommandLine.CreateRoot(new CommonOptions(null, TextWriter.Null, TextWriter.Null));

    private static string Table()
    {
        var text = new StringBuilder("| command | options | what it does |\n|---|---|---|\n");
        foreach (var command in CommandTree.All(Root()))
        {
            var arguments = string.Concat(command.Arguments.Select(argument => $" {argument.Name.ToUpperInvariant()}"));
            text.Append($"| `{CommandTree.PathOf(command)}{arguments}` | {string.Join(' ', command.Options.Select(option => $"`{option.Name}`"))} | {command.Description!.Replace("|", "\\|")} |\n");
        }

        return text.ToString();
    }
}
