using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hyperplane.Lbctl.Commands;

/// <summary>The usual help, then an example.</summary>
internal sealed class ExampleHelp(HelpAction usual) : SynchronousCommandLineAction
{
    private const string RootExample = "nlb create web --zones a,b";

    /// <summary>Who asks for help need not give what the command requires.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        Command command = parseResult.CommandResult.Command;
        command.Hidden = false; // the usual help says nothing about a hidden command, even to those who know it
        int exitCode = usual.Invoke(parseResult);
        IEnumerable<string> examples = command switch
        {
            Verb verb => [verb.Example],
            Noun noun => noun.Subcommands.OfType<Verb>().Select(static verb => verb.Example),
            RootCommand => [RootExample],
            _ => [],
        };
        TextWriter output = parseResult.InvocationConfiguration.Output;
        string heading = "Example:";
        foreach (string example in examples)
        {
            if (heading != "")
                output.WriteLine(heading);
            heading = "";
            output.WriteLine($"  lbctl {example}");
        }

        return exitCode;
    }
}
