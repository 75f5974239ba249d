using System.CommandLine;
using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Applying.Planning;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.ElasticIps;
using Hyperplane.Lbctl.LoadBalancers;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Exporting;

/// <summary><c>lbctl export</c>: a file that <c>lbctl apply</c> takes.</summary>
internal static class ExportCommand
{
    /// <summary>The verb, below the root.</summary>
    public static Verb Build()
    {
        Option<string[]> nlb = new("--nlb")
        {
            Description =
                "Only this load balancer (name or id) with what it uses of the rest; may be repeated",
            HelpName = "NAME",
        };
        Option<bool> addresses = new("--addresses")
        {
            Description = "Write addresses down too, which nobody else can then have: for the same tenant again",
        };
        return new Verb(
            "export",
            "Write what you have as a file that apply takes: YAML, or JSON with -o json; defaults are left out",
            "export --nlb web",
            (session, parse) => RunAsync(session, parse.GetValue(nlb) ?? [], parse.GetValue(addresses)))
        {
            nlb, addresses,
        };
    }

    private static async Task RunAsync(Session session, string[] names, bool hasAddresses)
    {
        Existing all = await Existing.ReadAsync(session);
        Resource<LoadBalancer>[] chosen = names.Length == 0
            ? [.. all.LoadBalancers]
            : [.. names.Select(name => Named(all, name)).DistinctBy(static one => one.Value.Id)];
        var exporter = new Exporter(session, all, hasAddresses);
        JsonElement file = await exporter.RunAsync(chosen, isWhole: names.Length == 0);
        foreach (Resource<ElasticIp> one in all.ElasticIps.Where(one => names.Length == 0 && one.Value.Name is null))
            session.Screen.Note($"note: elastic IP {one.Value.Id} has no name and is left out");
        if (session.Print.IsTable)
            session.Screen.Print(YamlText.Of(file));
        else
            session.Print.Plain(file);
    }

    private static Resource<LoadBalancer> Named(Existing all, string name) =>
        all.LoadBalancers.FirstOrDefault(one => one.Value.Name == name)
        ?? all.LoadBalancers.FirstOrDefault(one => one.Value.Id == name)
        ?? throw Catalogue.NotFound(LoadBalancer.Kind, name);
}
