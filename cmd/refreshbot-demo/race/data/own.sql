-- What is an environment's own, in the source and in the target alike: both are
-- told apart by the name of their database.

INSERT INTO configuration_flag
	SELECT 'flag ' || g, current_database() || ' ' || g, CASE WHEN g % 5 = 0 THEN md5(current_database() || g) END FROM generate_series(1, 100) g;
INSERT INTO messaging_channel
	SELECT g, 'smtp.' || current_database() || '.example:587', md5('channel ' || current_database() || g) FROM generate_series(1, 20) g;
INSERT INTO scheduled_task SELECT g, 'job ' || g, g % 4 / 3, NULL FROM generate_series(1, 40) g;
INSERT INTO app_user (login, full_name, email, password_hash)
	SELECT 'user' || g, 'User ' || g, 'user_' || g || '@' || current_database() || '.example', md5('hash ' || current_database() || g)
	FROM generate_series(1, 500) g;
INSERT INTO user_role SELECT id, role FROM app_user, unnest(ARRAY['agent', 'reader']) role;
INSERT INTO user_session SELECT md5(current_database() || id), id FROM app_user;
