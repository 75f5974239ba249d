namespace Hyperplane.Lbctl.Completion;

/// <summary>The scripts. Each hands over the line without the program's name, and where the cursor is in it.</summary>
internal static class CompletionScripts
{
    /// <summary>For <c>source &lt;(lbctl completion bash)</c>.</summary>
    public const string Bash = """
        _lbctl() {
            local line="${COMP_LINE#"${COMP_WORDS[0]}"}" skipped
            line="${line# }"
            skipped=$(( ${#COMP_LINE} - ${#line} ))
            mapfile -t COMPREPLY < <(
                compgen -W "$("${COMP_WORDS[0]}" "[suggest:$(( COMP_POINT - skipped ))]" "$line" 2>/dev/null)" \
                    -- "${COMP_WORDS[COMP_CWORD]}")
        }
        complete -F _lbctl lbctl
        """;

    /// <summary>For <c>source &lt;(lbctl completion zsh)</c>.</summary>
    public const string Zsh = """
        _lbctl() {
            local line="${BUFFER#"${words[1]}"}" candidates
            line="${line# }"
            candidates=("${(@f)$("${words[1]}" "[suggest:$(( CURSOR - ${#BUFFER} + ${#line} ))]" "$line" 2>/dev/null)}")
            compadd -- "${candidates[@]}"
        }
        compdef _lbctl lbctl
        """;

    /// <summary>For <c>lbctl completion fish | source</c>.</summary>
    public const string Fish = """
        function __lbctl_complete
            set -l line (string replace -r '^\s*\S+\s?' '' -- (commandline -cp))
            lbctl "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c lbctl -f -a '(__lbctl_complete)'
        """;
}
