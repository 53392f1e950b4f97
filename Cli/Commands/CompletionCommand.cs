using System.CommandLine;

namespace Cli.Commands;

/// <summary><c>agents completion SHELL</c>: a script that has the shell ask this program what may come next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # agents completion bash > /etc/bash_completion.d/agents, or: source <(agents completion bash)
        _agents() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(agents "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _agents agents
        """;

    private const string Zsh = """
        #compdef agents
        # agents completion zsh > "${fpath[1]}/_agents", or: source <(agents completion zsh)
        _agents() {
            local -a found
            found=("${(@f)$(agents "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a found
        }
        compdef _agents agents
        """;

    private const string Fish = """
        # agents completion fish > ~/.config/fish/completions/agents.fish
        complete -c agents -f -a '(agents "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string Pwsh = """
        # agents completion pwsh >> $PROFILE
        Register-ArgumentCompleter -Native -CommandName agents -ScriptBlock {
            param($word, $line, $cursor)
            agents "[suggest:$cursor]" "$line" 2>$null | Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static Command Create(CommonOptions common)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Prints a script that completes commands and options in a shell.") { shell };
        command.SetAction(parsed => common.Output.WriteLine(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => Pwsh }));
        return command;
    }
}
