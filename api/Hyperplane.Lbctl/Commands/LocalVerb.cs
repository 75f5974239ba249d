using System.CommandLine;

namespace Hyperplane.Lbctl.Commands;

/// <summary>A verb that does not ask the API: neither address nor key must be known.</summary>
internal sealed class LocalVerb : Verb
{
    /// <summary>A verb below its noun.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="description">One sentence or two.</param>
    /// <param name="example">What follows <c>lbctl</c> in its example.</param>
    /// <param name="body">What it does.</param>
    public LocalVerb(string name, string description, string example, Action<LocalSession, ParseResult> body)
        : base(name, description, example) => LocalBody = body;
}
