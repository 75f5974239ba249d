using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.AddressPools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.AddressPools;

/// <summary>/v1/address-pools</summary>
internal static class AddressPoolEndpoints
{
    private const string Tag = "Cells";
    private const string One = "/address-pools/{pool}";

    public static void MapAddressPools(this IEndpointRouteBuilder v1)
    {
        v1.MapPut(One, PutAsync)
            .Describe(Tag, "putAddressPool", "Declare an address pool",
                "Again it answers 200 and changes the prefix, in which all used addresses must lie; another zone or "
                + "kind is refused.")
            .Answers<AddressPoolView>(201, 200).Refuses(400, 409, 413, 415).Opens(Access.Operator);
        v1.MapGet("/address-pools", ListAsync)
            .Describe(Tag, "listAddressPools", "List address pools", "All of them.")
            .Answers<ListView<AddressPoolView>>(200).Refuses().Opens(Access.Operator);
        v1.MapGet(One, GetAsync)
            .Describe(Tag, "getAddressPool", "Get an address pool", "With how many of its addresses are used.")
            .Answers<AddressPoolView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapDelete(One, DeleteAsync)
            .Describe(Tag, "deleteAddressPool", "Delete an address pool",
                "Refused with `resource_in_use` while any of its addresses is used or in quarantine.")
            .Answers(204).Refuses(404, 409).Opens(Access.Operator);
    }

    private static async Task<IResult> PutAsync(
        string pool, Body<PutAddressPool> body, IAddressPools pools, CancellationToken cancel) =>
        (await pools.PutAsync(body.Value.ToPool(pool), cancel))
            .CreatedAt(AddressPoolView.From, made => $"/v1/address-pools/{made.Name}");

    private static async Task<IResult> ListAsync(IAddressPools pools, CancellationToken cancel) =>
        TypedResults.Ok(ListViews.From(await pools.ListAsync(cancel), AddressPoolView.From));

    private static async Task<IResult> GetAsync(string pool, IAddressPools pools, CancellationToken cancel) =>
        (await pools.GetAsync(pool, cancel)).Ok(AddressPoolView.From);

    private static async Task<IResult> DeleteAsync(string pool, IAddressPools pools, CancellationToken cancel) =>
        (await pools.DeleteAsync(pool, cancel)).Gone();
}
