namespace Hyperplane.Api.Tests.Server;

/// <summary>Whose flows may begin at a listener, over PostgreSQL.</summary>
public sealed class SourceListTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    [Fact]
    public async Task Lists_are_made_shown_changed_left_and_cleared()
    {
        Answer made = await region.SendAsync("shop", "POST", "/v1/load-balancers/{shop-lb}/listeners",
            """
            {"protocol":"TCP","port":8443,"targetGroupId":"{shop-tg}",
             "allowedCidrs":["2001:DB8::/32","192.0.2.9"],"deniedCidrs":["192.0.2.0/24"]}
            """);
        Assert.Equal(202, made.Status);
        string path = made.Headers["Location"];
        ExpectLists(made, """["192.0.2.9/32","2001:db8::/32"]""", """["192.0.2.0/24"]""");
        Answer shown = await region.SendAsync("shop", "GET", path);
        ExpectLists(shown, """["192.0.2.9/32","2001:db8::/32"]""", """["192.0.2.0/24"]""");

        ExpectLists(await ChangeAsync("""{"allowedCidrs":["::/0"]}"""), """["::/0"]""", """["192.0.2.0/24"]""");
        ExpectLists(await ChangeAsync("""{"idleTimeoutSeconds":99}"""), """["::/0"]""", """["192.0.2.0/24"]""");
        ExpectLists(await ChangeAsync("""{"allowedCidrs":null}"""), "[]", """["192.0.2.0/24"]""");
        ExpectLists(await ChangeAsync("""{"deniedCidrs":[]}"""), "[]", "[]");

        (await region.SendAsync("shop", "PATCH", path, """{"allowedCidrs":["10.0.0.0/8","10.0.0.0/7 "]}"""))
            .IsProblem(400, "invalid_value");
        string many = string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"10.0.0.{i}\""));
        (await region.SendAsync("shop", "PATCH", path, $$"""{"deniedCidrs":[{{many}}]}"""))
            .IsProblem(400, "invalid_value");
        ExpectLists(await region.SendAsync("shop", "GET", path), "[]", "[]");
        (await region.SendAsync("bank", "PATCH", path, """{"deniedCidrs":["::/0"]}""")).IsProblem(404, "not_found");

        async Task<Answer> ChangeAsync(string body)
        {
            Answer changed = await region.SendAsync("shop", "PATCH", path, body);
            Assert.Equal(202, changed.Status);
            return changed;
        }
    }

    private static void ExpectLists(Answer listener, string allowed, string denied) => Assert.Equal(
        (allowed, denied),
        (List(listener, "allowedCidrs"), List(listener, "deniedCidrs")));

    private static string List(Answer listener, string name) => listener.Body.GetProperty(name).GetRawText();
}
