using System.CommandLine;

namespace Hyperplane.Lbctl.Commands;

/// <summary>A command that does something, with an example of its use.</summary>
internal class Verb : Command
{
    /// <summary>A verb below its noun.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="description">One sentence or two.</param>
    /// <param name="example">What follows <c>lbctl</c> in its example.</param>
    /// <param name="body">What it does.</param>
    public Verb(string name, string description, string example, Func<Session, ParseResult, Task> body)
        : this(name, description, example) => Body = body;

    /// <summary>A verb without what it does.</summary>
    protected Verb(string name, string description, string example)
        : base(name, description) => Example = example;

    /// <summary>What follows <c>lbctl</c> in its example.</summary>
    public string Example { get; }

    /// <summary>What it does; throws <see cref="CommandFailure"/> when it cannot. Null for a local one.</summary>
    public Func<Session, ParseResult, Task>? Body { get; private init; }

    /// <summary>What a command does that does not ask the API; null for others.</summary>
    public Action<LocalSession, ParseResult>? LocalBody { get; protected init; }

    /// <summary>The same command under another name: same arguments, options and body.</summary>
    public Verb Twin(string name, string example)
    {
        var twin = new Verb(name, Description!, example) { Hidden = true, Body = Body, LocalBody = LocalBody };
        foreach (Argument argument in Arguments)
            twin.Arguments.Add(argument);
        foreach (Option option in Options)
            twin.Options.Add(option);
        return twin;
    }
}
