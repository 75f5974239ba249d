using System.CommandLine;

namespace Hyperplane.Lbctl.Commands;

/// <summary>A kind of resource with its verbs; <c>nlb create</c> is also <c>create-nlb</c>.</summary>
internal sealed class Noun(string name, string plural, string description) : Command(name, description)
{
    /// <summary>The verb-noun form of each verb, hidden from help.</summary>
    public IEnumerable<Verb> Twins() => Subcommands.OfType<Verb>().Select(verb =>
    {
        string twin = $"{verb.Name}-{(verb.Name is "list" or "register" or "deregister" ? plural : Name)}";
        return verb.Twin(twin, twin + verb.Example[$"{Name} {verb.Name}".Length..]);
    });

    /// <summary>The same noun below another command: <c>cell list</c> is also <c>admin cell list</c>.</summary>
    public Command Below(string above)
    {
        var same = new Command(Name, $"{Description} (the same as 'lbctl {Name}')");
        foreach (Verb verb in Subcommands.OfType<Verb>())
        {
            Verb twin = verb.Twin(verb.Name, $"{above} {verb.Example}");
            twin.Hidden = false;
            same.Add(twin);
        }

        return same;
    }
}
