/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natskv.provisioning;

import java.util.List;
import java.util.stream.Collectors;

import io.nats.client.JetStreamApiException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Decides what to do about one definition, by its policy and what the server has.
 */
final class Reconciler {

	private static final Log logger = LogFactory.getLog(Provisioner.class);

	private static final String NO_DIRECT_GET = "%s does not answer direct gets, because 'allow_direct' of its stream is false: each read waits for the leader of the stream. It is used as it is; allow it with the tools of the server if that is not on purpose";

	private final Changes changes;

	Reconciler(Changes changes) {
		this.changes = changes;
	}

	// Refuses what cannot be had; what is to be changed is left to the result.
	Runnable plan(Resource<?, ?, ?, ?> resource, @Nullable Comparison found) {
		Definition definition = resource.definition();
		if (found == null) {
			return planCreation(resource);
		}
		if (found.differences().isEmpty()) {
			return () -> logger.debug("%s is as declared".formatted(title(definition)));
		}
		if (found.changes().isEmpty()) {
			return () -> logger.warn(NO_DIRECT_GET.formatted(title(definition)));
		}
		return switch (definition.policy()) {
			case CREATE, NONE -> () -> logger.warn(
					"%s differs from its declaration by %s, and is used as it is: %s. Set '%s' to 'update' to change it."
						.formatted(title(definition), definition.declaredBy(), Comparison.join(found.differences()),
								definition.policyProperty()));
			case VALIDATE -> throw differs(definition, found.differences(),
					"Change the %s or the declaration, or set '%s' to 'update' or 'create'.".formatted(kind(definition),
							definition.policyProperty()));
			case UPDATE -> planUpdate(resource, found);
		};
	}

	private Runnable planCreation(Resource<?, ?, ?, ?> resource) {
		Definition definition = resource.definition();
		if (!definition.policy().creates()) {
			throw new ProvisioningException(definition,
					"%s, declared by %s, is not on the server.".formatted(title(definition), definition.declaredBy()),
					"Make the %s, or set '%s' to 'create'.".formatted(kind(definition), definition.policyProperty()),
					null);
		}
		resource.checkCreation();
		return () -> create(resource, ProvisioningAction.CREATED);
	}

	private Runnable planUpdate(Resource<?, ?, ?, ?> resource, Comparison found) {
		if (!found.unchangeable().isEmpty()) {
			throw differs(resource.definition(), found.unchangeable(), resource.unchangeableAction());
		}
		return () -> {
			update(resource, found);
			if (found.changes().size() < found.differences().size()) {
				logger.warn(NO_DIRECT_GET.formatted(title(resource.definition())));
			}
		};
	}

	private void update(Resource<?, ?, ?, ?> resource, Comparison found) {
		List<String> losses;
		try {
			losses = found.update().get();
		}
		catch (ProvisioningException ex) {
			throw (ex.getCause() instanceof JetStreamApiException cause)
					? refusedUpdate(resource, found.changes(), ex, cause) : ex;
		}
		String message = "%s updated: %s".formatted(title(resource.definition()),
				found.changes().stream().map(OptionDifference::change).collect(Collectors.joining(", ")));
		if (losses.isEmpty()) {
			logger.info(message);
		}
		else {
			logger.warn(message + ". What may be lost: " + String.join("; ", losses));
		}
		this.changes.made(resource, ProvisioningAction.UPDATED, found.changes());
	}

	private static ProvisioningException refusedUpdate(Resource<?, ?, ?, ?> resource,
			List<OptionDifference> differences, ProvisioningException ex, JetStreamApiException cause) {
		Definition definition = resource.definition();
		return new ProvisioningException(definition,
				"%s differs from its declaration by %s: %s. The server refused to change it and nothing was changed: %s"
					.formatted(title(definition), definition.declaredBy(), Comparison.join(differences),
							cause.getMessage()),
				ProvisioningErrors.isUnchangeable(cause)
						? resource.unchangeableAction() + " A newer server may allow it." : ex.getAction(),
				cause);
	}

	void create(Resource<?, ?, ?, ?> resource, ProvisioningAction action) {
		if (resource.create()) {
			this.changes.made(resource, action, List.of());
		}
		else {
			// another instance was faster, with another configuration
			resource.find().ifPresent((found) -> plan(resource, found).run());
		}
	}

	private static ProvisioningException differs(Definition definition, List<OptionDifference> differences,
			String action) {
		return new ProvisioningException(definition, "%s differs from its declaration by %s: %s."
			.formatted(title(definition), definition.declaredBy(), Comparison.join(differences)), action, null);
	}

	// as a sentence begins
	static String title(Definition definition) {
		return StringUtils.capitalize(definition.label());
	}

	private static String kind(Definition definition) {
		return definition.label().substring(0, definition.label().indexOf(' '));
	}

	/**
	 * Hears of changes on the server.
	 */
	interface Changes {

		void made(Resource<?, ?, ?, ?> resource, ProvisioningAction action, List<OptionDifference> changes);

	}

}
