using System.CommandLine;

namespace Hyperplane.Lbctl.Commands;

/// <summary>A command that does something, with an example of its use.</summary>
internal sealed class Verb : Command
{
    /// <summary>A verb below its noun.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="description">One sentence or two.</param>
    /// <param name="example">What follows <c>lbctl</c> in its example.</param>
    /// <param name="body">What it does.</param>
    public Verb(string name, string description, string example, Func<Session, ParseResult, Task> body)
        : base(name, description)
    {
        Example = example;
        Body = body;
    }

    /// <summary>What follows <c>lbctl</c> in its example.</summary>
    public string Example { get; }

    /// <summary>What it does; throws <see cref="CommandFailure"/> when it cannot.</summary>
    public Func<Session, ParseResult, Task> Body { get; }

    /// <summary>The same command under another name: same arguments, options and body.</summary>
    public Verb Twin(string name, string example)
    {
        var twin = new Verb(name, Description!, example, Body) { Hidden = true };
        foreach (Argument argument in Arguments)
            twin.Arguments.Add(argument);
        foreach (Option option in Options)
            twin.Options.Add(option);
        return twin;
    }
}
