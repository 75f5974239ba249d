using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.ElasticIps;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.ElasticIps;

/// <summary>/v1/elastic-ips</summary>
internal static class ElasticIpEndpoints
{
    private const string Tag = "Elastic IPs";
    private const string One = "/elastic-ips/{elasticIp}";

    public static void MapElasticIps(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/elastic-ips", CreateAsync)
            .Describe(Tag, "createElasticIp", "Allocate an elastic IP",
                "The address is the tenant's until it is released. The same name with the same settings answers 200 "
                + "with the existing one.")
            .Answers<ElasticIpView>(201, 200).Refuses(400, 409, 413, 415, 503).Opens(Access.Tenant);
        v1.MapGet("/elastic-ips", ListAsync)
            .Describe(Tag, "listElasticIps", "List elastic IPs", "All of the tenant, in order of creation.")
            .WithMetadata(PageQuery.NameParameter)
            .Answers<ListView<ElasticIpView>>(200).Refuses(400).Opens(Access.Tenant);
        v1.MapGet(One, GetAsync)
            .Describe(Tag, "getElasticIp", "Get an elastic IP", "With whose address it is.")
            .Answers<ElasticIpView>(200).Refuses(404).Opens(Access.Tenant);
        v1.MapPatch(One, ChangeAsync)
            .Describe(Tag, "changeElasticIp", "Change an elastic IP", "A merge patch: tags.")
            .Answers<ElasticIpView>(200).Refuses(400, 404, 412, 413, 415).Opens(Access.Tenant);
        v1.MapDelete(One, ReleaseAsync)
            .Describe(Tag, "deleteElasticIp", "Release an elastic IP",
                "Refused with `elastic_ip_in_use` while it is a load balancer's. Answers with what it was; an address "
                + "that was used stays unused for a while.")
            .Answers<ElasticIpView>(200).Refuses(400, 404, 409, 412).Opens(Access.Tenant);
    }

    private static async Task<IResult> CreateAsync(
        Caller caller, Body<CreateElasticIp> body, IElasticIps elasticIps, CancellationToken cancel) =>
        (await elasticIps.CreateAsync(caller.TenantId, body.Value.ToConfig(), cancel))
            .CreatedAt(ElasticIpView.From, one => $"/v1/elastic-ips/{one.Id}");

    private static async Task<IResult> ListAsync(
        Caller caller, PageQuery page, IElasticIps elasticIps, CancellationToken cancel) =>
        TypedResults.Ok(ListViews.From(
            await elasticIps.ListAsync(caller.TenantId, page.Request, cancel), ElasticIpView.From));

    private static async Task<IResult> GetAsync(
        Caller caller, string elasticIp, IElasticIps elasticIps, CancellationToken cancel) =>
        (await elasticIps.GetAsync(caller.TenantId, elasticIp, cancel)).Ok(ElasticIpView.From);

    private static async Task<IResult> ChangeAsync(
        Caller caller, string elasticIp, Body<ChangeElasticIp> body, IElasticIps elasticIps,
        CancellationToken cancel) =>
        (await elasticIps.ChangeAsync(caller.TenantId, elasticIp, body.Value.ToChange(), cancel))
            .Ok(ElasticIpView.From);

    private static async Task<IResult> ReleaseAsync(
        Caller caller, string elasticIp, IElasticIps elasticIps, CancellationToken cancel) =>
        (await elasticIps.ReleaseAsync(caller.TenantId, elasticIp, cancel)).Ok(ElasticIpView.From);
}
