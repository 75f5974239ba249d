using System.Text.Json;

namespace Hyperplane.Api.Tests.Snapshots;

/// <summary>The operator's paths to a cell's snapshots.</summary>
public sealed class SnapshotTests
{
    private const string Key = "operator-key";

    [Fact]
    public async Task Snapshots_are_listed_got_and_compared()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer list = await host.SendAsync("GET", "/v1/cells/a1/snapshots", key: Key);
        Assert.Equal(2, list.Body.GetProperty("items").GetArrayLength());
        (await host.SendAsync("GET", "/v1/cells/a1/snapshots/2", key: Key)).BodyIs(
            """
            {
              "version": 2, "madeAt": "2026-01-02T03:04:05+00:00", "bytes": 1234, "additive": false,
              "changes": [{"part": "vip", "added": 1, "removed": 0, "changed": 0}], "runningNodes": 2,
              "refusedBy": [{"node": "n1", "reason": "no room"}], "kept": true, "state": "halted",
              "reason": "Node n1 refused version 2: no room", "pinnedVersion": null
            }
            """);
        (await host.SendAsync("GET", "/v1/cells/a1/snapshots:diff?from=1", key: Key)).BodyIs(
            """
            {
              "from": 1, "to": 2, "additive": false,
              "counts": [{"part": "target_group", "added": 0, "removed": 1, "changed": 0}],
              "changes": [{"part": "target_group", "change": "removed", "name": "tg-1"}]
            }
            """);
    }

    [Fact]
    public async Task A_cell_is_pinned_unpinned_rolled_back_and_allowed_to_lose_vips()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach ((string path, long? pinned) in (List<(string, long?)>)
            [("/2:pin", 2), (":unpin", null), (":rollback", 1), (":allow-removals", 1)])
        {
            Answer answer = await host.SendAsync("POST", $"/v1/cells/a1/snapshots{path}", key: Key);
            Assert.Equal(200, answer.Status);
            JsonElement shown = answer.Body.GetProperty("pinnedVersion");
            Assert.Equal(pinned, shown.ValueKind == JsonValueKind.Number ? shown.GetInt64() : null);
        }

        (await host.SendAsync("GET", "/v1/cells/a1/rollout", key: Key)).BodyIs(
            """
            {
              "cell": "a1", "wantedVersion": 2, "state": "halted", "reason": "Node n1 refused version 2: no room",
              "pinnedVersion": 1, "restoredAt": null, "keptVips": []
            }
            """);
    }

    [Theory]
    [InlineData("GET", "/v1/cells/none/snapshots", 404, "not_found")]
    [InlineData("GET", "/v1/cells/a1/snapshots/3", 404, "not_found")]
    [InlineData("GET", "/v1/cells/a1/snapshots/x", 404, "not_found")]
    [InlineData("POST", "/v1/cells/a1/snapshots/-1:pin", 404, "not_found")]
    [InlineData("POST", "/v1/cells/a1/snapshots/99999999999999999999:pin", 404, "not_found")]
    [InlineData("GET", "/v1/cells/a1/snapshots:diff?from=0", 400, "invalid_value")]
    [InlineData("GET", "/v1/cells/a1/snapshots:diff?to=two", 400, "invalid_value")]
    public async Task What_cannot_be_is_refused(string method, string path, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.SendAsync(method, path, key: Key)).IsProblem(status, code);
    }
}
