using System.CommandLine;

namespace Hyperplane.Lbctl.Completion;

/// <summary>Prints a shell function that asks lbctl itself for candidates (its <c>[suggest]</c> directive).</summary>
internal sealed class CompletionCommand : Command
{
    /// <summary>One subcommand a shell.</summary>
    public CompletionCommand()
        : base("completion", "Print a completion script, for example: source <(lbctl completion bash)")
    {
        Add(Shell("bash", CompletionScripts.Bash));
        Add(Shell("zsh", CompletionScripts.Zsh));
        Add(Shell("fish", CompletionScripts.Fish));
    }

    private static Command Shell(string name, string script)
    {
        var shell = new Command(name, $"Print the script for {name}");
        shell.SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.WriteLine(script);
            return (int)ExitCode.Ok;
        });
        return shell;
    }
}
