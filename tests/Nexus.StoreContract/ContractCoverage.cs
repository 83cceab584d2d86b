using System.Reflection;
using Nexus.StoreContract.Front;

namespace Nexus.StoreContract;

/// <summary>A contract without a derived class tests nothing.</summary>
public static class ContractCoverage
{
    /// <summary>Fails unless the store's test project runs each contract of this assembly.</summary>
    /// <param name="tests">The store's test project.</param>
    /// <param name="isShared">Whether several instances may have the store open at once.</param>
    public static void AssertEveryContractIsRun(Assembly tests, bool isShared)
    {
        var contracts = typeof(StoreContract).Assembly.GetExportedTypes()
            .Where(type => type.IsAbstract && (type.IsSubclassOf(typeof(StoreContract)) || type.IsSubclassOf(typeof(FrontContract))))
            .Where(type => isShared || type != typeof(SharedStoreContract))
            .ToList();
        Assert.True(contracts.Count > 15, "the contracts were not found");
        Assert.Empty(contracts.Except(tests.GetExportedTypes().Select(type => type.BaseType)));
    }
}
