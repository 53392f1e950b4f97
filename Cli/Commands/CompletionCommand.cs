using System.CommandLine;

namespace Cli.Commands;

/// <summary><c>agents completion SHELL</c>: a script that has the shell ask this program what may come next.</summary>
internal static class CompletionCommand
{
    // Each gives the line without the program's name, and where the cursor is in it.
    private const string Bash = """
        # source <(agents completion bash), or: agents completion bash > /etc/bash_completion.d/agents
        _agents() {
            local IFS=$'\n' line="${COMP_LINE#* }"
            local point=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
            COMPREPLY=($(compgen -W "$(agents "[suggest:${point}]" "${line}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _agents agents
        """;

    private const string Zsh = """
        #compdef agents
        # source <(agents completion zsh), or: agents completion zsh > "${fpath[1]}/_agents"
        _agents() {
            local line="${BUFFER#* }"
            local point=$((CURSOR - ${#BUFFER} + ${#line}))
            local -a found
            found=("${(@f)$(agents "[suggest:${point}]" "${line}" 2>/dev/null)}")
            compadd -a found
        }
        compdef _agents agents
        """;

    private const string Fish = """
        # agents completion fish > ~/.config/fish/completions/agents.fish
        function __agents_complete
            set -l line (string replace -r '^\S+\s*' '' -- (commandline -cp))
            agents "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c agents -f -a '(__agents_complete)'
        """;

    private const string Pwsh = """
        # agents completion pwsh >> $PROFILE
        Register-ArgumentCompleter -Native -CommandName agents -ScriptBlock {
            param($word, $ast, $cursor)
            $all = "$ast".PadRight($cursor)
            $line = $all -replace '^\S+\s*', ''
            $point = $cursor - $all.Length + $line.Length
            agents "[suggest:$point]" "$line" 2>$null | Where-Object { $_ -like "$word*" } |
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
