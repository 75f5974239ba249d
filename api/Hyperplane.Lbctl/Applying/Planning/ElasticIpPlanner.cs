using System.Net;
using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.ElasticIps;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>Plans elastic IPs: only their tags can become others.</summary>
internal sealed class ElasticIpPlanner(Existing existing, Rehearsal rehearsal)
{
    private const string Noun = "elastic IP";
    private static readonly string Path = ApiPath.Of("elastic-ips");

    /// <summary>Their steps.</summary>
    public async Task<IReadOnlyList<Step>> PlanAsync(IReadOnlyList<WantedElasticIp> wanted)
    {
        var steps = new List<Step>();
        foreach (WantedElasticIp one in wanted)
        {
            Resource<ElasticIp>? known = existing.ElasticIps.FirstOrDefault(
                other => other.Value.Name == one.Body.Name);
            if ((known is null ? await CreateAsync(one) : await ChangeAsync(one, known)) is { } step)
                steps.Add(step);
        }

        return steps;
    }

    private async Task<Step> CreateAsync(WantedElasticIp one)
    {
        string name = one.Body.Name!;
        await rehearsal.TryAsync(
            one.At, $"{Noun} {name}", HttpMethod.Post, Path, one.Body, WireJson.Default.ElasticIpRequest);
        JsonElement body = JsonSerializer.SerializeToElement(one.Body, WireJson.Default.ElasticIpRequest);
        return new Step([new Change(ChangeKind.Create, Noun, name, Fields.Said(body, "name"))], async applied =>
        {
            ApiAnswer answer = await applied.Session.Api.SendAsync(
                HttpMethod.Post, Path, one.Body, WireJson.Default.ElasticIpRequest, applied.Session.Deadline);
            applied.Ids.ElasticIps[name] = answer.Read(ElasticIp.Kind.Type).Value.Id;
        });
    }

    private async Task<Step?> ChangeAsync(WantedElasticIp one, Resource<ElasticIp> known)
    {
        string label = $"{Noun} {one.Body.Name}";
        foreach ((string field, string? has, string? said) in Fixed(one.Body, known))
        {
            if (said is not null && said != has)
                rehearsal.Refuse(one.At, label, $"its {field} is {has} for ever, and cannot become {said} (immutable)");
        }

        IReadOnlyDictionary<string, string> old = known.Value.Tags ?? new Dictionary<string, string>();
        IReadOnlyDictionary<string, string> become = one.Body.Tags ?? new Dictionary<string, string>();
        FieldChange[] fields =
        [
            .. old.Keys.Union(become.Keys, StringComparer.Ordinal)
                .Select(tag => new FieldChange(
                    $"tags.{tag}", old.GetValueOrDefault(tag), become.GetValueOrDefault(tag)))
                .Where(static field => field.Old != field.New),
        ];
        if (fields.Length == 0)
            return null;
        var change = new ElasticIpChange(fields.ToDictionary(
            static field => field.Field["tags.".Length..], static field => field.New, StringComparer.Ordinal));
        string path = ApiPath.Of("elastic-ips", known.Value.Id);
        await rehearsal.TryAsync(one.At, label, HttpMethod.Patch, path, change, WireJson.Default.ElasticIpChange);
        return new Step(
            [new Change(ChangeKind.Change, Noun, one.Body.Name!, fields)],
            applied => applied.Session.Api.SendAsync(
                HttpMethod.Patch, path, change, WireJson.Default.ElasticIpChange, applied.Session.Deadline));
    }

    private static IEnumerable<(string Field, string? Has, string? Said)> Fixed(
        ElasticIpRequest said, Resource<ElasticIp> known) =>
    [
        ("zone", known.Value.Zone, said.Zone),
        ("address", known.Value.Address,
            IPAddress.TryParse(said.Address, out IPAddress? address) ? address.ToString() : said.Address),
        ("ipAddressType", known.Json.TryGetProperty("ipAddressType", out JsonElement type) ? type.GetString() : null,
            said.IpAddressType),
    ];
}
